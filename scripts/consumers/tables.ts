/** Writes the tables of docs/bundlers.md between their markers. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './project.ts';

const DOCUMENT = 'docs/bundlers.md';

export function writeTables(
  outcomes: readonly Outcome[],
  tested: readonly { title: string; ok: boolean; detail: string }[],
): void {
  const cell = ({ steps }: Outcome, name: string) => {
    const step = steps.find((each) => each.name === name);
    return step ? `${step.ok ? '✓' : '✘'} ${step.ok ? step.detail : ''}`.trim() : '–';
  };
  const projects = outcomes.map((outcome) => [
    outcome.consumer.title,
    outcome.versions,
    outcome.consumer.note ?? 'nothing',
    ...['install', 'build', 'built page', 'dev'].map((name) => cell(outcome, name)),
  ]);
  const hosts = tested
    .filter(({ title }) => title.startsWith('host: '))
    .map(({ title, ok, detail }) => [title.slice('host: '.length), ok ? `✓ ${detail}` : '✘']);
  let text = readFileSync(DOCUMENT, 'utf8');
  text = between(text, 'projects', [
    ['project', 'versions', 'to do', 'install', 'build', 'first vector, built', 'first vector, dev'],
    ...projects,
  ]);
  text = between(text, 'hosts', [['page or host', 'first vector, or the right error'], ...hosts]);
  writeFileSync(DOCUMENT, text);
}

function between(text: string, name: string, rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  if (rest.length === 0) return text;
  const lines = [head, head.map(() => '---'), ...rest].map((cells) => `| ${cells.join(' | ')} |`);
  const mark = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  if (!mark.test(text)) throw new Error(`${DOCUMENT} has no markers for the table ${name}`);
  return text.replace(mark, (_whole, from: string, to: string) => `${from}${lines.join('\n')}${to}`);
}
