import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presets } from './presets.ts';

/** Rows of the table of docs/model-folders.md that tells what was run: names, place, and what it says. */
const [, table = ''] = readFileSync('docs/model-folders.md', 'utf8').split('| preset | on the hub | run |\n');
const rows = (table.split('\n\n')[0] ?? '')
  .split('\n')
  .slice(1)
  .map((line) => line.split('|').slice(1, -1) as [names: string, place: string, run: string]);
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

test('the documentation says of every preset what was run of it', () => {
  const told = rows.flatMap(([names, place]) => quoted(names).map((name) => [name, quoted(place)[0]]));
  const source = Object.entries(presets).map(([name, preset]) => [
    name,
    'hub' in preset ? preset.hub : undefined,
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(source));
  expect(told).toHaveLength(source.length);
});

test('the fixtures that it names are there', () => {
  const fixtures = rows.flatMap(([, , run]) => quoted(run)).filter((name) => name.startsWith('tiny-'));
  expect(fixtures.length).toBeGreaterThan(5);
  for (const name of fixtures) expect(existsSync(`e2e/fixtures/models/${name}`), name).toBe(true);
});
