/**
 * Compares the rewritten graph of a 4-bit file with the file's own graph, on WASM. Uses a subset of the data to keep the suite short;
 * `QUALITY_PAIRS=1500 npm run e2e -- quality --project wasm` uses all of it and prints the figures of docs/graph-rewrite.md.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spearman } from '../eval/metrics.ts';
import { weightsFolder } from '../scripts/paths.ts';
import { expect, needWeights, test } from './harness/test.ts';

type Quality = typeof import('./probes/quality.ts');

const wanted = Number(process.env.QUALITY_PAIRS ?? 200);

/** `wanted` pairs of STS-B dev, spread evenly over the file: score, first and second sentence. */
function stsb(): { score: number; pair: [string, string] }[] {
  const file = join(weightsFolder() ?? '', '../data/stsb-dev.tsv');
  test.skip(!existsSync(file), 'no ../shared/data/stsb-dev.tsv');
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'));
  const pairs = rows.flatMap(([, , , , score, a, b]) =>
    a && b ? [{ score: Number(score), pair: [a, b.trim()] as [string, string] }] : [],
  );
  const step = Math.max(1, pairs.length / wanted);
  return pairs.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

test('MiniLM: STS-B', async ({ probe }, info) => {
  needWeights('all-MiniLM-L6-v2');
  test.setTimeout(1_800_000);
  const data = stsb();
  const found: Record<string, number> = {};
  for (const form of ['plain', 'rewritten']) {
    const quality = await probe<Quality>('quality');
    const pairs = data.map(({ pair }) => pair);
    const cosines = await quality.call('similarities', 'all-MiniLM-L6-v2', pairs, form === 'plain');
    found[form] = spearman(
      cosines,
      data.map(({ score }) => score),
    );
  }
  console.log(`STS-B dev, ${data.length} pairs, Spearman:`, found);
  info.annotations.push({ type: 'figures', description: JSON.stringify(found) });
  expect(found.plain).toBeGreaterThan(80);
  expect(Math.abs((found.rewritten as number) - (found.plain as number))).toBeLessThan(0.5);
});

test('SmolLM2: cross-entropy', async ({ probe }, info) => {
  needWeights('SmolLM2-135M-Instruct');
  test.setTimeout(1_800_000);
  const texts = stsb()
    .map(({ pair }) => pair[0])
    .slice(0, Math.max(24, wanted / 12));
  const found: Record<string, number> = {};
  for (const form of ['plain', 'rewritten']) {
    const quality = await probe<Quality>('quality');
    found[form] = await quality.call('crossEntropy', 'SmolLM2-135M-Instruct', texts, form === 'plain');
  }
  console.log(`SmolLM2, ${texts.length} sentences, nats a token:`, found);
  info.annotations.push({ type: 'figures', description: JSON.stringify(found) });
  expect(found.plain).toBeLessThan(6);
  expect(Math.abs((found.rewritten as number) - (found.plain as number))).toBeLessThan(0.05);
});
