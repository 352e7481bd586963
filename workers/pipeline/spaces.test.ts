/** What an upgrade of this package means for the indexes that are there. */
import { expect, test } from 'vitest';
import type { ModelIdentity } from '../storage/keys.ts';
import { spaceOf } from '../storage/space.ts';
import { createKeys } from './keys.ts';

const embedder: ModelIdentity = {
  id: 'm',
  revision: '1',
  dtype: 'q4',
  prompts: {},
  recipe: { always: { prompts: { query: '{text}', document: '{text}' }, pooling: 'mean' } },
};
const keys = createKeys({ embedder, reasoner: null, dimensions: 4, kernels: 'wasm/4' });
const parts = { embedder, dimensions: 4, think: 'never', reasoner: null } as const;
const manifest = (storedAs?: string) => keys.manifest({ think: 'never' }, storedAs);

test('an index of an earlier version keeps the name of its space, and so is opened', async () => {
  const earlier = await spaceOf(parts, 1);
  const { space } = await manifest();
  expect(space).not.toBe(earlier);
  expect(await manifest(earlier)).toEqual({ ...(await manifest()), space: earlier });
  expect((await manifest(space)).space).toBe(space);
});

test('an index of another recipe, or of a version that is not known here, is not taken for the same', async () => {
  const { space } = await manifest();
  const changed = { ...embedder, recipe: { always: { ...embedder.recipe.always, pooling: 'cls' } } };
  for (const other of [await spaceOf({ ...parts, embedder: changed }), await spaceOf(parts, 99), 'x']) {
    expect((await manifest(other)).space).toBe(space);
  }
});

test('a manifest tells the prompts that are used, also where they are defaults', async () => {
  expect((await manifest()).prompts).toEqual({ query: '{text}', document: '{text}' });
});
