/** The recall report of a collection large enough to be searched by binary codes: seeded vectors, imported into a real index. */
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 120_000 });

test('above 8,192 items the report compares the search by codes with an exact one', async ({ tte }) => {
  const seen = await tte.evaluate(async () => {
    const COUNT = 9000;
    const THEMES = 300; // clusters, as in real collections
    const embedder = await window.tte.createEmbedder({ device: 'wasm', threads: 1 });
    const index = await embedder.openIndex('large');
    const { dimensions } = index.manifest;
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    const themes = Float32Array.from({ length: THEMES * dimensions }, random);
    const vectors = new Float32Array(COUNT * dimensions);
    for (let i = 0; i < COUNT; i++) {
      const vector = vectors.subarray(i * dimensions, (i + 1) * dimensions);
      const theme = (i % THEMES) * dimensions;
      for (let j = 0; j < dimensions; j++) vector[j] = (themes[theme + j] as number) + random();
      const norm = Math.hypot(...vector);
      for (let j = 0; j < dimensions; j++) vector[j] = (vector[j] as number) / norm;
    }
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${COUNT}, ${dimensions}), }`;
    const padded = `${header.padEnd(117)}\n`; // 128 bytes including the preceding ones
    const magic = new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length, 0]);
    const lines = Array.from({ length: COUNT }, (_, i) => JSON.stringify({ id: `item ${i}` }));
    const { added, failed } = await index.import([
      new File([magic, padded, vectors], 'large.npy'),
      new File([[JSON.stringify({ manifest: index.manifest }), ...lines].join('\n')], 'large.ids.jsonl'),
    ]);
    const told: number[] = [];
    const report = await index.evaluateRecall({ sample: 40, onProgress: (done) => told.push(done) });
    const again = await index.evaluateRecall({ sample: 40 });
    const asked = await index.evaluateRecall({ queries: ['what do bees live in?'], topK: 5 });
    await embedder.dispose();
    return { added, failed, report, again, asked, told };
  });
  expect([seen.added, seen.failed]).toEqual([9000, []]);
  const { scan, thinking } = seen.report;
  expect(seen.report).toMatchObject({ items: 9000, topK: 10, scan: { queries: 40, approximate: true } });
  expect(scan.overlap).toBeGreaterThanOrEqual(0.99);
  expect(scan.sameFirst).toBe(1);
  expect(scan.scoreLoss.largest).toBeLessThan(0.02);
  expect(Math.min(scan.ms.exact, scan.ms.search)).toBeGreaterThan(0);
  expect(thinking).toBeNull(); // no item has a text
  expect(seen.told).toHaveLength(40);
  expect(seen.told.at(-1)).toBe(1);
  expect({ ...seen.again.scan, ms: null }).toEqual({ ...scan, ms: null });
  expect(seen.asked).toMatchObject({ scan: { queries: 1, approximate: true }, thinking: { queries: 1 } });
});
