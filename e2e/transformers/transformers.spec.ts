/** The same model folders through transformers.js, as released, and through this package's own reading: the same vectors. */
import type { Page } from '@playwright/test';
import type {
  TransformersEmbedderOptions,
  TransformersReasonerOptions,
} from '../../src/transformers/transformers.ts';
import { expect, needWeights, test } from '../harness/test.ts';

type Models = typeof import('../pages/transformers.ts');

const TEXTS = ['a red boat on a quiet river', 'The parliament passed the budget.', 'honey'];

interface Parity {
  /** Least cosine of the two. */
  texts: number;
  images: number;
  info: object;
}

/** @param own the folder, or preset, as this package reads it */
function compare(
  page: Page,
  own: string,
  options: TransformersEmbedderOptions,
  side: number,
): Promise<Parity> {
  return page.evaluate(
    async ([own, options, texts, side]) => {
      const models = (await window.inPage('transformers')) as Models;
      const embedder = models.embedder(options);
      const dtype = options.dtype as 'fp32' | 'q4';
      const ours = await window.tte.createEmbedder({
        model: { embedder: own, reasoner: null },
        device: 'wasm',
        dtype,
        customOperators: false, // the runtime's own kernels, as transformers.js has them
      });
      const theirs = await window.tte.createEmbedder({ model: { embedder, reasoner: null } });
      const least = async (inputs: { text?: string; image?: ImageData }[]) => {
        const asked = { role: 'document', think: 'never' } as const;
        const [a, b] = [await ours.embedMany(inputs, asked), await theirs.embedMany(inputs, asked)];
        return Math.min(...a.map(({ vector }, i) => window.tte.cosineSimilarity(vector, b[i]?.vector ?? [])));
      };
      const picture = (seed: number) =>
        new ImageData(
          Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) =>
            i % 4 === 3 ? 255 : (i * seed) % 251,
          ),
          side,
          side,
        );
      const found = {
        texts: options.task === 'image-feature-extraction' ? 1 : await least(texts.map((text) => ({ text }))),
        images: side === 0 ? 1 : await least([3, 7].map((seed) => ({ image: picture(seed) }))),
        info: theirs.info,
      };
      await Promise.all([ours.dispose(), theirs.dispose()]);
      return found;
    },
    [own, options, TEXTS, side] as const,
  );
}

const fixture = (name: string) => `fixture/${name}`;

for (const [name, pooling] of [
  ['tiny-bert-mean', 'mean'],
  ['tiny-qwen3-embed', 'last_token'],
] as const) {
  test(`${name}: feature-extraction gives this package's vectors`, async ({ tte }) => {
    const options = { task: 'feature-extraction', model: fixture(name), dtype: 'fp32', pooling } as const;
    const { texts, info } = await compare(tte, `/models/${name}`, options, 0);
    expect(texts).toBeGreaterThan(0.9999);
    expect(info).toMatchObject({ leavesThePage: false, supportsImages: false });
  });
}

for (const name of ['tiny-clip', 'tiny-siglip']) {
  test(`${name}: a pair of texts and images gives this package's vectors`, async ({ tte }) => {
    const options = { task: 'zero-shot-image-classification', model: fixture(name), dtype: 'fp32' } as const;
    const { texts, images } = await compare(tte, `/models/${name}`, options, 32);
    expect(texts).toBeGreaterThan(0.9999);
    expect(images).toBeGreaterThan(0.9999);
  });
}

test('image-feature-extraction reads images alone', async ({ tte }) => {
  const options = { task: 'image-feature-extraction', model: fixture('tiny-clip'), dtype: 'fp32' } as const;
  const { images } = await compare(tte, '/models/tiny-clip', options, 32);
  expect(images).toBeGreaterThan(0.9999);
});

test('MiniLM in 4 bits gives this package’s vectors', async ({ tte }) => {
  needWeights('all-MiniLM-L6-v2');
  const options = { task: 'feature-extraction', model: 'Xenova/all-MiniLM-L6-v2', dtype: 'q4' } as const;
  const { texts } = await compare(tte, '/models/all-MiniLM-L6-v2', options, 0);
  expect(texts).toBeGreaterThan(0.9999);
});

for (const [task, name] of [
  ['text-generation', 'tiny-llama'],
  ['image-text-to-text', 'tiny-smolvlm'],
  ['image-text-to-text', 'tiny-llava'],
] as const) {
  test(`${name}: ${task} writes traces, streams them, and is interrupted`, async ({ tte }) => {
    const result = await tte.evaluate(
      async (options) => {
        const models = (await window.inPage('transformers')) as Models;
        const reasoner = models.reasoner(options);
        const embedder = await window.tte.createEmbedder({
          model: { embedder: '/models/tiny-clip', reasoner },
          device: 'wasm',
          cache: { traces: 0 },
        });
        const image = new ImageData(new Uint8ClampedArray(32 * 32 * 4).fill(200), 32, 32);
        const input = options.task === 'text-generation' ? { text: 'a cat' } : { text: 'a cat', image };
        const deltas: string[] = [];
        const onTrace = (delta: string) => deltas.push(delta);
        const asked = { images: [], text: 'a cat', instruction: '' };
        const signal = new AbortController().signal;
        const direct = await reasoner(asked, { signal, onToken() {}, mode: 'answer' });
        const outcome = await embedder.embed(input, { think: 'answer', onTrace });
        const controller = new AbortController();
        const aborted = await embedder
          .think(
            { ...input, text: 'a dog' },
            { think: 'full', signal: controller.signal, onTrace: () => controller.abort() },
          )
          .catch((error) => error.code);
        const again = await reasoner(asked, { signal, onToken() {}, mode: 'answer' });
        const alive = models.workers.length;
        await embedder.dispose();
        return { outcome, streamed: deltas.join(''), aborted, direct, again, alive };
      },
      {
        task,
        model: fixture(name),
        dtype: 'fp32',
        maxTokens: { answer: 6, full: 64 },
      } as TransformersReasonerOptions,
    );
    expect(result.direct.length).toBeGreaterThan(0);
    expect(result.again).toBe(result.direct);
    expect(result.streamed.length).toBeGreaterThan(0);
    expect(result.aborted).toBe('aborted');
    expect(result.alive).toBe(1);
    expect(result.outcome.usage.ms.think).toBeGreaterThan(0);
  });
}

test('a killed worker rejects the call and is replaced; what cannot be loaded says so', async ({ tte }) => {
  const result = await tte.evaluate(async () => {
    const models = (await window.inPage('transformers')) as Models;
    const options = { task: 'feature-extraction', model: 'fixture/tiny-bert-mean', dtype: 'fp32' } as const;
    const embedder = models.embedder(options);
    const tte = await window.tte.createEmbedder({ model: { embedder, reasoner: null } });
    const call = embedder.embedTexts?.(['pending'], { role: 'query', signal: new AbortController().signal });
    models.workers[0]?.terminate();
    const died = await call?.catch((error) => error.code);
    const { vector } = await tte.embed('alive');
    const workers = models.workers.length;
    await tte.dispose();
    const missing = models.embedder({ ...options, model: 'fixture/none' });
    const refused = await window.tte
      .createEmbedder({ model: { embedder: missing } })
      .catch((error) => error.code);
    const pair = models.embedder({ ...options, task: 'zero-shot-image-classification' });
    const unknown = await window.tte
      .createEmbedder({ model: { embedder: pair } })
      .catch((error) => error.message);
    return { died, length: vector.length, workers, refused, unknown };
  });
  expect(result).toMatchObject({ died: 'worker-died', length: 48, workers: 2, refused: 'embedder-failed' });
  expect(result.unknown).toMatch(/clip, siglip/);
});
