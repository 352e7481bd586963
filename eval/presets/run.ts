/**
 * `npm run eval:presets -- --model NAME [--dtype q4] [--hub DIR] [--data DIR]`: sentence similarity (STS-B) and retrieval by a preset for text, in
 * Node, through the public API, by vectors alone. `--hub` is a folder in the hub's layout, such as training/presets.py writes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Embedder } from '../../src/client/types.ts';
import { createEmbedder } from '../../src/node/index.ts';
import type { Dtype, Role } from '../../src/shared/types.ts';
import { dot } from '../../workers/embedder/vector.ts';
import { mean } from '../../workers/statistics.ts';
import { interval } from '../bootstrap.ts';
import { findData, type Sentences } from '../data.ts';
import { ranking, score, spearman } from '../metrics.ts';
import { gradesByPlace, type Retrieval } from '../retrieval.ts';

const SEED = 1;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    model: { type: 'string', default: 'minilm' },
    dtype: { type: 'string', default: 'q4' },
    hub: { type: 'string' },
    data: { type: 'string', default: '../shared/data' },
  },
});
const dataDir = mkdtempSync(join(tmpdir(), 'tte-presets-'));
const tte = await createEmbedder({
  model: values.model,
  dtype: values.dtype as Dtype,
  dataDir,
  ...(values.hub && { hubUrl: pathToFileURL(`${resolve(values.hub)}/`).href }),
});
try {
  const { sentences, retrieval } = findData(values.data);
  if (sentences.length > 0) report('STS-B', `Spearman ${(await similarity(tte, sentences)).toFixed(1)}`);
  for (const collection of retrieval) {
    const found = await nDCG(tte, collection);
    const [low, high] = interval(found, SEED).map((value) => value.toFixed(1));
    report(collection.name, `nDCG@10 ${mean(found).toFixed(1)} (${low} to ${high}), n ${found.length}`);
  }
} finally {
  await tte.dispose();
  rmSync(dataDir, { recursive: true });
}

function report(what: string, figures: string): void {
  console.log(`${values.model} ${values.dtype} ${what}: ${figures}`);
}

async function vectors(embedder: Embedder, texts: readonly string[], role: Role): Promise<Float32Array[]> {
  const embedded = await embedder.embedMany(
    texts.map((text) => ({ text })),
    { think: 'never', role },
  );
  return embedded.map(({ vector }) => vector);
}

/** Both sentences are queries: so say the authors of models that tell the roles apart. */
async function similarity(embedder: Embedder, pairs: readonly Sentences[]): Promise<number> {
  const a = await vectors(
    embedder,
    pairs.map((pair) => pair.a),
    'query',
  );
  const b = await vectors(
    embedder,
    pairs.map((pair) => pair.b),
    'query',
  );
  return spearman(
    pairs.map((pair) => pair.score),
    a.map((vector, i) => dot(vector, b[i] as Float32Array)),
  );
}

async function nDCG(embedder: Embedder, { corpus, queries, grades }: Retrieval): Promise<number[]> {
  const documents = await vectors(
    embedder,
    corpus.map(({ text }) => text),
    'document',
  );
  const asked = await vectors(
    embedder,
    queries.map(({ text }) => text),
    'query',
  );
  const gradesOf = gradesByPlace(corpus, grades);
  return queries.map(({ id }, i) =>
    score('nDCG@10', ranking(asked[i] as Float32Array, documents), gradesOf(id)),
  );
}
