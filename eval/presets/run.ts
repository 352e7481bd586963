/** `npm run eval:presets`: measures a preset for text, in Node, on one thread, through the public API, by vectors alone. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandLine, refuse } from '../../scripts/command-line.ts';
import type { Embedder } from '../../src/client/types.ts';
import { existingFolder, wholeNumber } from '../../src/node/arguments.ts';
import { createEmbedder } from '../../src/node/index.ts';
import type { Dtype, Role } from '../../src/shared/types.ts';
import { dot } from '../../workers/embedder/vector.ts';
import { mean } from '../../workers/statistics.ts';
import { interval } from '../bootstrap.ts';
import { findData, type Sentences } from '../data.ts';
import { ranking, score, spearman } from '../metrics.ts';
import { gradesByPlace, type Retrieval } from '../retrieval.ts';
import { parity } from './parity.ts';

const SEED = 1;
/** Number of texts that are embedded together; progress is printed after each batch. */
const SLICE = 64;
/** More than all texts of all collections in all forms: nothing that was computed is dropped. */
const CACHED = 1_000_000;

/** Least cosine of a vector in fp32 with the reference: sums in another order may cost this much. */
const SAME = 0.9999;

const { values } = commandLine({
  usage: `Usage: npm run eval:presets [-- options]

Measures sentence similarity (STS-B) and retrieval with a preset for text, in Node. Vectors are kept, so that a run that was
interrupted, or that ended after --minutes, continues where it stopped.

  --model NAME    preset (default minilm)
  --dtype NAME    weight format (default q4)
  --hub DIR       folder with models in the hub's layout, as training/presets.py writes it
  --data DIR      folder with stsb-dev.tsv, and collections in the layout of BEIR in beir/ (default ../shared/data)
  --only NAME     sts, or the name of a collection; may be repeated
  --minutes M     stop after M minutes
  --kept DIR      folder where vectors are kept (default build/presets)
  --parity FILE   do not measure, but compare with FILE, which training/presets_reference.py wrote (needs --hub)
`,
  options: {
    model: { type: 'string', default: 'minilm' },
    dtype: { type: 'string', default: 'q4' },
    hub: { type: 'string', check: existingFolder },
    data: { type: 'string', default: '../shared/data', check: existingFolder },
    only: { type: 'string', multiple: true },
    minutes: { type: 'string', check: wholeNumber(1) },
    kept: { type: 'string', default: 'build/presets' },
    parity: { type: 'string' },
  },
});
const { sentences, retrieval } = findData(values.data);
const known = ['sts', ...retrieval.map(({ name }) => name)];
const unknown = values.only?.find((name) => !known.includes(name));
if (unknown !== undefined) refuse(`--only: must be one of ${known.join(', ')}, not "${unknown}".`);
if (values.parity !== undefined && values.hub === undefined) refuse('--parity: name the models with --hub.');
const { signal } = deadline(values.minutes);
const tte = await createEmbedder({
  model: values.model,
  dtype: values.dtype as Dtype,
  dataDir: resolve(values.kept),
  cache: { vectors: CACHED },
  ...(values.hub && { hubUrl: pathToFileURL(`${resolve(values.hub)}/`).href }),
});
try {
  if (values.parity === undefined) await measure();
  else await compare(values.parity, values.hub as string);
} catch (error) {
  if (!signal.aborted) throw error;
  console.log(
    `${values.model} ${values.dtype}: stopped after ${values.minutes} minutes; run it again to go on`,
  );
  process.exitCode = 1;
} finally {
  await tte.dispose();
}

async function measure(): Promise<void> {
  const isWanted = (name: string) => !values.only || values.only.includes(name);
  if (sentences.length > 0 && isWanted('sts')) {
    report('STS-B', `Spearman ${(await similarity(tte, sentences)).toFixed(1)}, n ${sentences.length}`);
  }
  for (const collection of retrieval.filter(({ name }) => isWanted(name))) {
    const found = await nDCG(tte, collection);
    const [low, high] = interval(found, SEED).map((value) => value.toFixed(1));
    report(collection.name, `nDCG@10 ${mean(found).toFixed(1)} (${low} to ${high}), n ${found.length}`);
  }
}

async function compare(file: string, hub: string): Promise<void> {
  const rows = await parity(tte, { preset: values.model, hub, file }, (role, text, ours, theirs) =>
    console.log(`${role} ${JSON.stringify(text.slice(0, 60))}\n  package: ${ours}\n  Python:  ${theirs}`),
  );
  console.log(`${values.model} ${values.dtype}`);
  console.table(rows);
  const isOff = rows.some(
    (row) => row['same tokens'] < row.texts || (values.dtype === 'fp32' && row['least cosine'] < SAME),
  );
  if (isOff) process.exitCode = 1;
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
