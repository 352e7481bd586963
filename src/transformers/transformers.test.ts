/** What needs no model; the models themselves: e2e/transformers. */
import { expect, test, vi } from 'vitest';
import type { Library } from './embedding.ts';
import { createModelHost } from './model-host.ts';
import type { EmbeddingModel } from './options.ts';
import { transformers } from './transformers.ts';

/** A library whose texts become their length, and whose models say when they are loaded. */
function fakeLibrary(forward = async () => {}) {
  const loaded: string[] = [];
  const seen: string[][] = [];
  const disposed = vi.fn(async () => {});
  const tensor = (data: number[], dims: number[]) => ({
    data: Float32Array.from(data),
    dims,
    type: 'float32',
    dispose() {},
  });
  const library = {
    AutoConfig: { from_pretrained: async () => ({ model_type: 'bert' }) },
    AutoTokenizer: {
      from_pretrained: async () => async (texts: string[]) => {
        seen.push(texts);
        const mask = texts.flatMap((text) => [1, text.length > 3 ? 1 : 0]);
        return { attention_mask: { ...tensor(mask, [texts.length, 2]), texts } };
      },
    },
    AutoModel: {
      from_pretrained: async (name: string) => {
        loaded.push(name);
        const run = async ({ attention_mask }: { attention_mask: { texts: string[] } }) => {
          await forward();
          const { texts } = attention_mask;
          return {
            last_hidden_state: tensor(
              texts.flatMap(() => [1, 2, 30, 40]),
              [texts.length, 2, 2],
            ),
          };
        };
        return Object.assign(run, { dispose: disposed });
      },
    },
  };
  return { library: library as unknown as Library, loaded, seen, disposed };
}

const model: EmbeddingModel = { task: 'feature-extraction', model: 'a/b' };

test('pools what is text and no padding, and puts prompts in front', async () => {
  const { library, seen, loaded } = fakeLibrary();
  const host = createModelHost(async () => library);
  const ask = (different: Partial<EmbeddingModel>) =>
    host.embedTexts(1, { ...model, ...different }, ['abcdef', 'ab'], 'query', null);
  expect(await ask({})).toEqual([Float32Array.of(31, 42), Float32Array.of(1, 2)]);
  expect(await ask({ pooling: 'cls' })).toEqual([Float32Array.of(1, 2), Float32Array.of(1, 2)]);
  expect(await ask({ pooling: 'last_token' })).toEqual([Float32Array.of(30, 40), Float32Array.of(1, 2)]);
  await ask({ prompts: { query: 'query: ', document: 'passage: ' } });
  expect(seen.at(-1)).toEqual(['query: abcdef', 'query: ab']);
  expect(loaded).toHaveLength(4);
  await ask({});
  expect(loaded).toHaveLength(4);
});

test('computes one thing at a time; a call aborted while it waits is never begun', async () => {
  let [now, most, runs] = [0, 0, 0];
  const { library } = fakeLibrary(async () => {
    runs++;
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
  });
  const host = createModelHost(async () => library);
  const calls = [1, 2, 3].map((request) => host.embedTexts(request, model, ['a'], 'query', null));
  host.cancel(2);
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'aborted' } });
  expect([most, runs]).toEqual([1, 2]);
});

test('says that the library is missing, and tries again; frees what it loaded', async () => {
  const { library, disposed } = fakeLibrary();
  const load = vi.fn(async () => library);
  load.mockRejectedValueOnce(new Error('no such module'));
  const host = createModelHost(load);
  const ask = () => host.embedTexts(1, model, ['a'], 'query', null);
  await expect(ask()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('install it'),
  });
  expect(await ask()).toHaveLength(1);
  await host.close();
  expect(disposed).toHaveBeenCalledTimes(1);
});

test('a family of pairs that is not known is named', async () => {
  const host = createModelHost(async () => fakeLibrary().library);
  const pair = { ...model, task: 'zero-shot-image-classification' as const };
  await expect(host.embedTexts(1, pair, ['a'], 'query', null)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('siglip'),
  });
});

test('the id has everything that decides vectors, and nothing else', () => {
  const id = (different: object = {}) =>
    transformers({ task: 'feature-extraction', model: 'a/b', ...different } as never).id;
  const others = [{ model: 'a/c' }, { revision: 'x' }, { dtype: 'q4' }, { pooling: 'cls' }, { maxTokens: 8 }];
  const prompts = { prompts: { query: 'query: ' } };
  const ids = [id(), ...[...others, prompts, { device: 'webgpu' }].map(id)];
  expect(new Set(ids).size).toBe(ids.length);
  expect(id({ dtype: 'q8', worker: () => {}, onProgress: () => {} })).toBe(id());
  expect(id({ dtype: 'fp32', device: 'webgpu' })).toBe(id({ dtype: 'fp32', device: 'wasm' }));
});

test.each([
  [{ model: '' }, /options\.model/],
  [{ task: 'translation' }, /options\.task/],
  [{ worker: {} }, /options\.worker/],
])('refuses %j and names the field', (different, message) => {
  expect(() => transformers({ task: 'feature-extraction', model: 'a/b', ...different } as never)).toThrow(
    message,
  );
});
