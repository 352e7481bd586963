/** The sample collection's vectors are those that its items would get now. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type Embedded,
  noteItem,
  packVector,
  pictureItem,
  type Sample,
  unpackVector,
} from '../../demo/ingest/sample-items.ts';
import { createEmbedder } from '../../src/node/index.ts';
import { dot } from '../../workers/embedder/vector.ts';
import { root } from '../paths.ts';
import { contentOf, hashOf } from './content.ts';

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(join(root, 'public/samples', file), 'utf8')) as T;
const sample = read<Sample>('collection.json');
const embedded = read<Embedded>('embedded.json');
const items = [
  ...sample.notes.map((note) => noteItem(sample, note)),
  ...sample.pictures.map((picture) => pictureItem(sample, picture)),
];

test('a vector is packed in 16 bits per number', () => {
  const vector = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i) / 14);
  const [packed, again] = [packVector(vector), unpackVector(packVector(vector))];
  expect(packed).toHaveLength(1024);
  expect(Math.max(...again.map((x, i) => Math.abs(x - (vector[i] as number))))).toBeLessThan(2e-5);
});

test('each sample has a vector of what it is now', () => {
  expect(Object.keys(embedded.items)).toEqual(items.map(({ id }) => id));
  for (const item of items) expect(embedded.items[item.id]?.of, item.id).toBe(hashOf(contentOf(item)));
});

test('the vectors are the built-in model’s, thought about as by auto', { timeout: 300_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tte-samples-'));
  const embedder = await createEmbedder({ dataDir });
  try {
    for (const id of ['sample/photo-coffee.webp', 'sample/scene-01.webp']) {
      const item = items.find((item) => item.id === id) as (typeof items)[number];
      const made = await embedder.embed(contentOf(item), { think: 'auto', role: 'document' });
      const kept = embedded.items[id] as Embedded['items'][string];
      expect(made.space, 'scripts/samples/embed.ts has to be run again').toBe(embedded.space);
      expect(dot(made.vector, unpackVector(kept.vector)), id).toBeGreaterThan(0.999);
      expect(made.trace?.text ?? null, id).toBe(kept.trace);
    }
  } finally {
    await embedder.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
