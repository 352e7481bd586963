/** Search in collections of three sizes, compared with a plain scan and two packages, and search while items are being added. */
import { connectWorker } from '../../e2e/harness/rpc-page.ts';
import type { Embedder } from '../../src/index.ts';
import { startOurs } from '../contenders.ts';
import type { SearchRow } from '../row.ts';
import type { Task } from '../search/search.worker.ts';
import type { Collection } from '../search/vectors.ts';

const REAL = 10_000;
const QUERIES = 200;
const ADDED = 1000;
/** Peers that took more than ten minutes to build an index of a size when this was written are left out at that size. */
const SIZES: Omit<Task, 'real'>[] = [
  { name: 'search-10k', size: 10_000, dimensions: 384, queries: QUERIES, peers: ['orama', 'hnswlib'] },
  { name: 'search-100k', size: 100_000, dimensions: 384, queries: 100, peers: ['orama'] },
  { name: 'search-1M', size: 1_000_000, dimensions: 256, queries: 30, peers: [] },
];

/** @param texts at least `REAL + QUERIES + ADDED + 200` real texts */
export async function search(texts: readonly string[]): Promise<SearchRow[]> {
  const tte = await startOurs({ device: 'wasm', cache: { vectors: 20_000, traces: 0 } });
  const rows: SearchRow[] = [];
  try {
    const real = await embedded(tte, texts.slice(0, REAL + QUERIES));
    rows.push(...(await whileAdding(tte, texts)));
    await tte.dispose(); // frees its memory and threads
    for (const size of SIZES) rows.push(...(await inWorker({ ...size, real })));
  } finally {
    await tte.dispose();
  }
  return rows;
}

/** The exact ten nearest, ours and the plain scan, over collections of any size. */
export async function searchOf(texts: readonly string[]): Promise<(size: number) => Promise<SearchRow[]>> {
  const tte = await startOurs({ device: 'wasm' });
  const real = await embedded(tte, texts.slice(0, REAL + QUERIES));
  await tte.dispose();
  return (size) => inWorker({ name: 'search', size, dimensions: 256, queries: 30, peers: [], real });
}

async function embedded(tte: Embedder, texts: readonly string[]): Promise<Collection> {
  const dimensions = tte.info.dimensions[0]!;
  const vectors = new Float32Array(texts.length * dimensions);
  const items = texts.map((text) => ({ text }));
  const embeddings = await tte.embedMany(items, { think: 'never', role: 'document' });
  for (const [i, { vector }] of embeddings.entries()) vectors.set(vector, i * dimensions);
  return { dimensions, count: texts.length, vectors };
}

async function inWorker(task: Task): Promise<SearchRow[]> {
  const worker = connectWorker(
    new Worker(new URL('../search/search.worker.ts', import.meta.url), { type: 'module' }),
  );
  try {
    return (await worker.call('measure', [task])) as SearchRow[];
  } finally {
    worker.terminate();
  }
}

/** Searches through the public API: by text, including the query's embedding, then by example, which needs no embedding. */
async function whileAdding(tte: Embedder, texts: readonly string[]): Promise<SearchRow[]> {
  const index = await tte.openIndex('bench');
  const began = performance.now();
  await index.add(texts.slice(0, REAL).map((text, i) => ({ id: `${i}`, text }))); // their vectors are cached
  const build = performance.now() - began;
  let adding = true;
  const more = texts.slice(REAL + QUERIES, REAL + QUERIES + ADDED);
  const added = index.add(more.map((text, i) => ({ id: `more ${i}`, text }))).finally(() => {
    adding = false;
  });
  const asked = texts.slice(REAL + QUERIES + ADDED);
  const times: Record<'by text' | 'by example', number[]> = { 'by text': [], 'by example': [] };
  for (let i = 0; adding; i++) {
    for (const [how, query] of [
      ['by text', { text: asked[i % asked.length]! }],
      ['by example', { like: [`${i}`] }],
    ] as const) {
      const start = performance.now();
      await index.search(query, { think: 'never' }).next();
      times[how].push(performance.now() - start);
    }
    await new Promise((resolve) => setTimeout(resolve, 100)); // as between two keystrokes
  }
  await added;
  return Object.entries(times).map(([how, figures]) => {
    figures.sort((a, b) => a - b);
    const at = (share: number) => figures[Math.floor(share * (figures.length - 1))]!;
    return {
      name: 'search-while-adding',
      size: REAL,
      dims: tte.info.dimensions[0]!,
      engine: `think-then-embed, ${how}, while ${ADDED} items are added (${figures.length} searches)`,
      best: at(0),
      p50: at(0.5),
      p95: at(0.95),
      recall: null,
      build,
      open: null,
      bytes: null,
    };
  });
}
