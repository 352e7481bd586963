/**
 * `npm run eval:presets -- --model NAME [--dtype q4] [--hub DIR] [--data DIR] [--only NAME]… [--minutes M] [--kept DIR]`: sentence similarity
 * (STS-B) and retrieval by a preset for text, in Node, on one thread, through the public API, by vectors alone. `--hub` is a folder in the hub's
 * layout, such as training/presets.py writes. Vectors are kept in `--kept` (the package's own cache), so that a run that was broken off, or that
 * ended after `--minutes`, goes on where it was.
 */
import { resolve } from 'node:path';
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
/** Texts that are embedded together; what is done is told after each of them. */
const SLICE = 64;
/** More than all texts of all collections in all forms: nothing that was computed is dropped. */
const CACHED = 1_000_000;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    model: { type: 'string', default: 'minilm' },
    dtype: { type: 'string', default: 'q4' },
    hub: { type: 'string' },
    data: { type: 'string', default: '../shared/data' },
    only: { type: 'string', multiple: true },
    minutes: { type: 'string' },
    kept: { type: 'string', default: 'build/presets' },
  },
});
const { signal } = deadline(values.minutes);
const tte = await createEmbedder({
  model: values.model,
  dtype: values.dtype as Dtype,
  dataDir: resolve(values.kept),
  cache: { vectors: CACHED },
  ...(values.hub && { hubUrl: pathToFileURL(`${resolve(values.hub)}/`).href }),
});
try {
  const { sentences, retrieval } = findData(values.data);
  const isWanted = (name: string) => !values.only || values.only.includes(name);
  if (sentences.length > 0 && isWanted('sts')) {
    report('STS-B', `Spearman ${(await similarity(tte, sentences)).toFixed(1)}, n ${sentences.length}`);
  }
  for (const collection of retrieval.filter(({ name }) => isWanted(name))) {
    const found = await nDCG(tte, collection);
    const [low, high] = interval(found, SEED).map((value) => value.toFixed(1));
    report(collection.name, `nDCG@10 ${mean(found).toFixed(1)} (${low} to ${high}), n ${found.length}`);
  }
} catch (error) {
  if (!signal.aborted) throw error;
  console.log(
    `${values.model} ${values.dtype}: stopped after ${values.minutes} minutes; run it again to go on`,
  );
  process.exitCode = 1;
} finally {
  await tte.dispose();
}

function deadline(minutes: string | undefined): { signal: AbortSignal } {
  if (minutes === undefined) return new AbortController();
  return { signal: AbortSignal.timeout(Number(minutes) * 60_000) };
}

function report(what: string, figures: string): void {
  console.log(`${values.model} ${values.dtype} ${what}: ${figures}`);
}

async function vectors(embedder: Embedder, texts: readonly string[], role: Role): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += SLICE) {
    const slice = texts.slice(from, from + SLICE).map((text) => ({ text }));
    const embedded = await embedder.embedMany(slice, { think: 'never', role, signal });
    found.push(...embedded.map(({ vector }) => vector));
    process.stderr.write(`\r${role}: ${found.length} of ${texts.length} \r`);
  }
  return found;
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
