/** The polyfill of the proposed SemanticEmbedder, used as its explainer describes. */
import { expect, test } from './harness/test.ts';

test('an application of the proposed SemanticEmbedder runs on the polyfill', async ({ tte }) => {
  const found = await tte.evaluate(async () => {
    const url = '/dist/adapters/semantic-embedder.js';
    const { installSemanticEmbedder } = await import(/* @vite-ignore */ url);
    const installed = [installSemanticEmbedder({ device: 'wasm' }), installSemanticEmbedder()];
    // From here on only the proposal's own names.
    const { SemanticEmbedder } = globalThis as unknown as {
      SemanticEmbedder: import('../src/adapters/semantic-embedder.ts').SemanticEmbedderFactory;
    };
    const before = await SemanticEmbedder.availability();
    const fractions: number[] = [];
    const embedder = await SemanticEmbedder.create({
      monitor(monitor) {
        monitor.addEventListener('downloadprogress', (event) => {
          const { loaded, total } = event as ProgressEvent;
          fractions.push(loaded / total);
        });
      },
    });
    const after = await SemanticEmbedder.availability();
    const one = await embedder.embed('where do bees live', { taskType: 'retrieval-query' });
    const notes = ['Bees live in a hive and make honey.', 'The moon pulls the sea twice a day.'];
    const many = await embedder.embed(notes, { taskType: 'retrieval-document' });
    const [query] = one.embeddings;
    const scores = many.embeddings.map(({ values }) =>
      values.reduce((sum, value, i) => sum + value * (query?.values[i] ?? 0), 0),
    );
    const long = await embedder.embed('bee '.repeat(5_000));
    const stopped = await embedder
      .embed('late', { signal: AbortSignal.abort() })
      .catch((error: Error) => error.name);
    embedder.destroy();
    const destroyed = await embedder.embed('late').catch((error: { code?: string }) => error.code);
    const unborn = await SemanticEmbedder.create({ signal: AbortSignal.abort() }).catch(
      (error: Error) => error.name,
    );
    return {
      installed,
      availability: [before, after],
      fractions,
      scores,
      isFloats: query?.values instanceof Float32Array,
      norm: Math.hypot(...(query?.values ?? [])),
      statistics: [query?.statistics, long.embeddings[0]?.statistics],
      metadata: [one.metadata, many.metadata],
      ends: { stopped, destroyed, unborn },
    };
  });
  expect(found.installed).toEqual([true, false]);
  expect(found.availability).toEqual(['downloadable', 'available']);
  expect(found.fractions.at(-1)).toBe(1);
  expect(found.fractions).toEqual([...found.fractions].sort((a, b) => a - b));
  expect(found.scores[0]).toBeGreaterThan(found.scores[1] as number);
  expect(found.isFloats).toBe(true);
  expect(found.norm).toBeCloseTo(1, 5);
  const [short, long] = found.statistics;
  expect(short).toMatchObject({ tokenCount: expect.any(Number), truncated: false });
  expect(long?.truncated).toBe(true);
  expect(found.metadata[0]).toEqual(found.metadata[1]); // queries and documents are in one space
  expect(found.metadata[0]?.embeddingSpace).not.toBe('');
  expect(long?.tokenCount).toBeLessThanOrEqual(found.metadata[0]?.maxInputTokens ?? 0);
  expect(found.ends).toEqual({ stopped: 'AbortError', destroyed: 'disposed', unborn: 'AbortError' });
});
