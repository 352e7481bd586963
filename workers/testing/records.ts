/** Test records: seeded unit vectors, with all kinds of awkward texts and fields. */
import type { IndexRecord, SpaceManifest } from '../../src/shared/index-types.ts';
import { dot, normalize } from '../embedder/vector.ts';
import { seeded } from '../index/random.ts';

export const manifest: SpaceManifest = {
  format: 1,
  space: 'tiny@1/fp32/16/never#00000000',
  dimensions: 16,
  metric: 'cosine',
  normalised: true,
  embedder: { id: 'tiny', revision: '1', dtype: 'fp32' },
  prompts: { query: 'query: ', document: 'it\'s "quoted": ' },
  think: 'never',
  reasoner: null,
};

const TEXTS = [
  'plain',
  '',
  "it's \\ back\\slash 'quoted'",
  'línea\nzwei 三 \u{1F41D}',
  '$1 %s "x" \t',
  '<think>a</think> b',
];

export function records(count: number, dimensions = manifest.dimensions): IndexRecord[] {
  const random = seeded(7);
  return Array.from({ length: count }, (_, i) => ({
    id: i % 5 === 1 ? `naïve "id" '${i}` : `item ${i}`,
    vector: normalize(Float32Array.from({ length: dimensions }, () => random() - 0.5)),
    text: TEXTS[i % TEXTS.length] as string,
    metadata:
      i % 4 === 0
        ? {}
        : { year: 2000 + i, tags: ['a', "b'c"], deep: { ok: i % 2 === 0, none: null }, s: '\\"' },
    trace: i % 3 === 0 ? null : `trace ${i}`,
    contentHash: i.toString(16).padStart(64, '0'),
    addedAt: 1_700_000_000_000 + i * 1001,
  }));
}

/** Records in batches of an odd size, since nothing may depend on the size. */
async function* batchesOf(all: readonly IndexRecord[], size = 700): AsyncGenerator<IndexRecord[]> {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size);
}

/** A collection to export. */
export function sourceOf(all: readonly IndexRecord[], name = 'photos', its = manifest) {
  return { name, manifest: its, count: all.length, records: () => batchesOf(all) };
}

/** Ids of the records nearest to a query, best first, by plain arithmetic. */
export function nearest(all: readonly IndexRecord[], query: Float32Array, k: number): string[] {
  return all
    .map(({ id, vector }) => ({ id, score: dot(vector, query) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ id }) => id);
}
