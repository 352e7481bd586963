/**
 * `npm run eval:think`: measures whether a short answer by SmolLM2 helps MiniLM find the right passage: a separate system (TTE_s) of two
 * real models, in Chromium, through the public API. Prints every rank that changed and the means.
 */
import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../../scripts/browsers/chromium.ts';
import { commandLine } from '../../scripts/command-line.ts';
import { weightsFolder } from '../../scripts/paths.ts';
import { startServer } from '../../scripts/server/server.ts';
import { corpus } from './corpus.ts';

interface Result {
  question: string;
  answer: string;
  /** Rank of the right passage, 1 is best. */
  never: number;
  answered: number;
  tokens: number;
  ms: number;
}

const { values } = commandLine({
  usage: `Usage: npm run eval:think [-- --json FILE]

Measures whether SmolLM2's short answer helps MiniLM find the right passage.

  --json FILE   also write each question's answer and ranks to FILE
`,
  options: { json: { type: 'string' } },
  builds: ['build', 'build:e2e'],
});
if (!weightsFolder())
  throw new Error('the weights are missing: put them into ../shared/models or set TTE_MODELS');
const server = await startServer();
const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
try {
  const page = await browser.newPage({ baseURL: server.origin });
  await page.goto('/e2e/page.html');
  // Passed as a string, because the runner would rewrite an import in a function.
  await page.evaluate("import('/dist/index.js').then((module) => { window.tte = module; })");
  report(await page.evaluate(measure, corpus));
} finally {
  await browser.close();
  await server.close();
}

async function measure(corpus: readonly { passage: string; question?: string }[]): Promise<Result[]> {
  const embedder = await window.tte.createEmbedder({
    model: { embedder: '/models/all-MiniLM-L6-v2', reasoner: '/models/SmolLM2-135M-Instruct' },
    device: 'wasm',
  });
  const passages = await embedder.embedMany(
    corpus.map(({ passage }) => ({ text: passage })),
    { role: 'document', think: 'never' },
  );
  const rankOf = (query: Float32Array, right: number) => {
    const score = ({ vector }: { vector: Float32Array }) =>
      vector.reduce((sum, x, i) => sum + x * (query[i] as number), 0);
    const own = score(passages[right] as (typeof passages)[number]);
    return 1 + passages.filter((passage) => score(passage) > own).length;
  };
  const results: Result[] = [];
  for (const [index, { question }] of corpus.entries()) {
    if (!question) continue;
    const plain = await embedder.embed({ text: question }, { think: 'never' });
    const thought = await embedder.embed({ text: question }, { think: 'answer' });
    results.push({
      question,
      answer: thought.trace?.answer ?? `(left out: ${thought.thinkDecision.discarded})`,
      never: rankOf(plain.vector, index),
      answered: rankOf(thought.vector, index),
      tokens: thought.usage.traceTokens,
      ms: Math.round(thought.usage.ms.total),
    });
  }
  await embedder.dispose();
  return results;
}

function report(results: readonly Result[]): void {
  const changed = results.filter(({ never, answered }) => never !== answered);
  const rows = changed
    .sort((a, b) => b.never - b.answered - (a.never - a.answered))
    .map((row) => `| ${row.question} | ${row.answer} | ${row.never} → ${row.answered} |`);
  console.log(
    ['| question | answer SmolLM2 wrote | rank of the right passage |', '|---|---|---|', ...rows].join('\n'),
  );
  for (const mode of ['never', 'answered'] as const) {
    const ranks = results.map((row) => row[mode]);
    const first = ranks.filter((rank) => rank === 1).length;
    const reciprocal = ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length;
    console.log(`${mode}: first ${first} of ${ranks.length}, mean reciprocal rank ${reciprocal.toFixed(3)}`);
  }
  const better = changed.filter(({ never, answered }) => answered < never).length;
  console.log(
    `better ${better}, worse ${changed.length - better}, unchanged ${results.length - changed.length}`,
  );
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
