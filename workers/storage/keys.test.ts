import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256, sha256Text } from './hash.ts';
import { canonical, type ModelIdentity, RESULTS_VERSION, traceKey, vectorKey } from './keys.ts';
import { earlierSpacesOf, spaceOf } from './space.ts';

const reference = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const model: ModelIdentity = {
  id: 'm',
  revision: '1',
  dtype: 'q4',
  prompts: { embed: { query: '{text}', document: '{text}' } },
  recipe: { always: { pooling: 'mean', limits: { maxTokens: 256 } }, withTrace: { weight: 0.4 } },
};
/** The model with a changed recipe. */
const cooked = (change: object, withTrace = model.recipe.withTrace): ModelIdentity => ({
  ...model,
  recipe: { always: { ...model.recipe.always, ...change }, ...(withTrace && { withTrace }) },
});
const input = { images: [], layout: 'none', text: 'a', instruction: '', trace: null };

test('hashes agree with another implementation, below and above the switch to WebCrypto', async () => {
  for (const size of [0, 1, 63, 64, 16_384, 16_385, 1_000_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
    expect(await sha256(bytes)).toBe(reference(bytes));
  }
  expect(await sha256Text('Straße 夜')).toBe(reference('Straße 夜'));
});

test('many hashes at once do not mix', async () => {
  const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
  expect(await Promise.all(texts.map(sha256Text))).toEqual(texts.map(reference));
});

test('the order of an object’s keys does not matter, everything else does', () => {
  expect(canonical({ b: 1, a: [{ y: 2, x: 1 }] })).toBe(canonical({ a: [{ x: 1, y: 2 }], b: 1 }));
  expect(canonical(['a', 'b'])).not.toBe(canonical(['b', 'a']));
  expect(canonical(['ab', ''])).not.toBe(canonical(['a', 'b']));
});

test('each part of a vector’s key changes it', async () => {
  const base = { input, space: 's', kernels: 'wasm/4', role: 'query', think: 'never' } as const;
  const keys = await Promise.all([
    vectorKey(base),
    vectorKey({ ...base, input: { ...input, text: 'b' } }),
    vectorKey({ ...base, input: { ...input, text: '', instruction: 'a' } }),
    vectorKey({ ...base, input: { ...input, trace: { text: '', source: 'input' } } }),
    vectorKey({ ...base, input: { ...input, trace: { text: '', source: 'reasoner' } } }),
    vectorKey({ ...base, input: { ...input, trace: { text: '', source: 'print' } } }),
    vectorKey({ ...base, input: { ...input, images: ['x'] } }),
    vectorKey({ ...base, input: { ...input, layout: 'pages' } }),
    vectorKey({ ...base, space: 't' }),
    vectorKey({ ...base, kernels: 'webgpu/2' }),
    vectorKey({ ...base, role: 'document' }),
    vectorKey({ ...base, think: 'full' }),
    vectorKey({ ...base, ofQueries: { weight: 0.8 } }),
  ]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toBe(await vectorKey({ ...base }));
  const document = { ...base, role: 'document' } as const;
  expect(await vectorKey({ ...document, ofQueries: { weight: 0.8 } })).toBe(await vectorKey(document));
});

test('each part of a trace’s key changes it', async () => {
  const base = { input, reasoner: model, kernels: 'wasm/4', think: 'answer' } as const;
  const keys = await Promise.all([
    traceKey(base),
    traceKey({ ...base, reasoner: 'external' }),
    traceKey({ ...base, reasoner: { ...model, revision: '2' } }),
    traceKey({ ...base, reasoner: { ...model, dtype: 'fp32' } }),
    traceKey({ ...base, reasoner: cooked({ prompts: 'others' }) }),
    traceKey({ ...base, reasoner: cooked({ limits: { maxTokens: 512 } }) }),
    traceKey({ ...base, think: 'full' }),
    traceKey({ ...base, kernels: 'webgpu/2' }),
  ]);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a space is readable, and differs for vectors that are not comparable', async () => {
  const base = { embedder: model, dimensions: 384, think: 'answer', reasoner: model } as const;
  const space = await spaceOf(base);
  expect(space).toMatch(/^m@1\/q4\/384\/answer#[0-9a-f]{8}$/);
  const others = [
    { embedder: cooked({ prompts: 'others' }) },
    { embedder: cooked({ pooling: 'cls' }) },
    { embedder: cooked({ limits: { maxTokens: 512 } }) },
    { embedder: cooked({}, { weight: 0.5 }) },
    { embedder: { ...model, revision: '2' } },
    { reasoner: 'a function' },
    { reasoner: cooked({ prompts: 'others' }) },
    { reasoner: null },
    { dimensions: 256 },
    { think: 'full' as const },
  ];
  const spaces = await Promise.all(others.map((change) => spaceOf({ ...base, ...change })));
  spaces.push(space, await spaceOf(base, RESULTS_VERSION + 1));
  expect(new Set(spaces).size).toBe(spaces.length);
});

test('irrelevant properties do not change a space', async () => {
  const base = { embedder: model, dimensions: 384, think: 'never', reasoner: model } as const;
  const space = await spaceOf(base);
  const same = [
    { reasoner: null },
    { reasoner: 'a function' },
    { embedder: cooked({}, { weight: 0.9 }) },
    { embedder: { ...model, recipe: { ...model.recipe, ofQueries: { weight: 0.8 } } } },
    { embedder: { ...model, prompts: {} } }, // what is declared: what is used is in the recipe
    { embedder: { ...model, recipe: { withTrace: { weight: 0.4 }, always: { ...model.recipe.always } } } },
  ];
  for (const change of same) expect(await spaceOf({ ...base, ...change })).toBe(space);
});

test('spaces of earlier versions are recognised by their names', async () => {
  const embedder = { ...model, prompts: { embed: { query: 'q: {text}', document: '{text}' } } };
  const parts = { embedder, dimensions: 384, think: 'never', reasoner: null } as const;
  expect(await earlierSpacesOf(parts)).toContain('m@1/q4/384/never#fa425fe5'); // as the first version had it
  expect(await earlierSpacesOf(parts)).not.toContain(await spaceOf(parts));
});

test('answers from a context have keys of their own; how they are asked for changes no other key and no space', async () => {
  const asking = (prompt: string): ModelIdentity => ({
    ...model,
    recipe: { ...model.recipe, withContext: { prompt } },
  });
  const base = { input, reasoner: asking('a'), kernels: 'wasm/4', think: 'answer' } as const;
  const plain = await traceKey(base);
  expect(plain).toBe(await traceKey({ ...base, reasoner: model }));
  const from = (context: readonly string[], prompt = 'a') =>
    traceKey({ ...base, input: { ...input, context }, reasoner: asking(prompt) });
  const keys = [
    plain,
    ...(await Promise.all([from([]), from(['x']), from(['x', 'y']), from(['xy']), from(['x'], 'b')])),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  const space = { embedder: model, dimensions: 4, think: 'answer' } as const;
  expect(await spaceOf({ ...space, reasoner: asking('a') })).toBe(
    await spaceOf({ ...space, reasoner: model }),
  );
});
