/** An index of one embedder, opened by another: embedded anew, whole or not at all. */
import { expect, test } from 'vitest';
import type { IndexRef, WireItem } from '../../src/shared/index-protocol.ts';
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { ThinkMode } from '../../src/shared/types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Engine } from '../pipeline/engine.ts';
import { createRequests } from '../pipeline/requests.ts';
import { memoryStore, type Store } from '../storage/database.ts';
import { lock, mortal, noFetcher, openChannel, openText, space } from '../testing/collections.ts';
import { createIndexHost } from './host.ts';
import { createIndexes } from './indexes.ts';
import { seeded } from './random.ts';
import { createSearchPriority } from './search-priority.ts';
import { storedSegments } from './segments.ts';

const ref: IndexRef = { name: 'notes', space: null, dimensions: null, think: null, thumbnails: 0 };
const COUNT = 70;

/** Vectors follow from the text and the seed. */
function engineOf(manifest: SpaceManifest, seed: number, fails = (_text: string) => false): Engine {
  return {
    manifest: async ({ think, dimensions }: { think: ThinkMode; dimensions?: number }) => ({
      ...manifest,
      think,
      dimensions: dimensions ?? manifest.dimensions,
      space: `${manifest.space}/${think}/${dimensions ?? manifest.dimensions}`,
    }),
    async embedMany(inputs, { dimensions = 0 }, { signal }, onDone) {
      for (const [i, { text, trace: supplied }] of inputs.entries()) {
        signal.throwIfAborted();
        const random = seeded([...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed));
        const vector = normalize(Float32Array.from({ length: dimensions }, () => random() - 0.5));
        if (fails(text)) onDone(i, { error: new Error(`cannot embed ${text}`) });
        else
          onDone(i, { value: { vector, trace: supplied ? { text: supplied.text } : null } } as Parameters<
            typeof onDone
          >[1]);
      }
    },
    decide: async () => ({ mode: 'never' as const, reason: '' }),
    mayKnowAnswers: false,
    think: async () => null,
  } as Partial<Engine> as Engine;
}

const before = { ...space('before'), dimensions: 8 };
const after = { ...space('after'), dimensions: 12 };

function hostOf(store: Store, engine: Engine | null) {
  const indexes = createIndexes(store, { acquire: lock(), openChannel });
  const requests = createRequests();
  const searchPriority = createSearchPriority();
  const platform = { acquire: lock(), fetcher: noFetcher };
  const parts = {
    indexes,
    requests,
    searchPriority,
    engine: () => engine,
    openInput: openText,
    store,
    platform,
  };
  return { ...createIndexHost(parts), cancel: requests.cancel };
}

const textItem = (id: string, more: Partial<WireItem['input']> = {}): WireItem => ({
  id,
  name: id,
  input: { images: [], layout: 'none', text: `text of ${id}`, instruction: '', ...more },
  vector: null,
  metadata: { id },
});

async function filled(store: Store, extra: readonly WireItem[] = []) {
  const old = hostOf(store, engineOf(before, 1));
  const { incarnation } = await old.indexOpen(ref);
  const items = [...Array.from({ length: COUNT }, (_, i) => textItem(`${i}`)), ...extra];
  await old.indexAdd(1, ref, incarnation as string, items, 'add', null);
  await old.indexDelete(ref, ['3', '4']);
  return old;
}

test('all texts in the new space, items as they were; the old embedder is refused then', async () => {
  const store = memoryStore();
  const old = await filled(store, [textItem('traced', { trace: { text: 'supplied', source: 'input' } })]);
  const items = await old.indexList(ref, { offset: 0, limit: 1000 });
  const host = hostOf(store, engineOf(after, 2));
  await expect(host.indexOpen(ref)).rejects.toMatchObject({
    code: 'space-mismatch',
    message: expect.stringMatching(/before.*after.*reembed/s),
  });
  const progress: number[] = [];
  await host.indexReembed(2, ref, ({ done }) => void progress.push(done));
  expect(progress.at(-1)).toBe(COUNT - 1);
  expect((await host.indexOpen(ref)).manifest).toMatchObject({ space: 'after/never/12', dimensions: 12 });
  expect(await host.indexList(ref, { offset: 0, limit: 1000 })).toEqual(items);
  expect(await host.indexVector(ref, '5')).toHaveLength(12);
  await expect(old.indexCount(ref, undefined)).rejects.toMatchObject({ code: 'space-mismatch' });
  const detached = hostOf(store, null);
  expect(await detached.indexCount(ref, { id: { in: ['5', '3'] } })).toBe(1);
  const { incarnation } = await host.indexOpen(ref);
  await host.indexAdd(3, ref, incarnation as string, [textItem('later')], 'add', null);
  expect(await detached.indexCount(ref, undefined)).toBe(COUNT);
});

test.each<[string, Partial<WireItem['input']>]>([
  ['an instruction', { instruction: 'as a title' }],
  ['a trace and an instruction', { instruction: 'as a title', trace: { text: 'supplied', source: 'input' } }],
])('an index with an item made of %s is refused, and stays as it is', async (_what, input) => {
  const store = memoryStore();
  const old = await filled(store, [textItem('more', input)]);
  const entries = await store.entries('');
  const host = hostOf(store, engineOf(after, 2));
  await expect(host.indexReembed(2, ref, null)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/^1 of the 69 items/),
  });
  expect(await store.entries('')).toEqual(entries);
  expect(await old.indexCount(ref, undefined)).toBe(COUNT - 1);
});

test('what cannot be embedded, or an abort half-way, leaves the old index', async () => {
  const store = memoryStore();
  const old = await filled(store);
  const failing = hostOf(
    store,
    engineOf(after, 2, (text) => text === 'text of 60'),
  );
  await expect(failing.indexReembed(2, ref, null)).rejects.toThrow('cannot embed text of 60');
  const host = hostOf(store, engineOf(after, 2));
  const call = host.indexReembed(7, ref, ({ done }) => {
    if (done > 30) host.cancel(7);
  });
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
  expect(await old.indexCount(ref, undefined)).toBe(COUNT - 2);
  expect(await old.indexVector(ref, '5')).toHaveLength(8);
  await old.indexUpdate(ref, '5', { seen: true }); // sweeps what was left
  expect((await storedSegments(store, 'notes')).size).toBeLessThan(10);
});

for (const when of ['before', 'after'] as const) {
  test(`killed ${when} any of its writes: the old index whole, or the new one`, async () => {
    for (let step = 1, finished = false; !finished; step++) {
      const store = memoryStore();
      await filled(store);
      finished = await new Promise<boolean>((resolve, reject) => {
        const doomed = hostOf(
          mortal(store, step, when, () => resolve(false)),
          engineOf(after, 2),
        );
        doomed.indexReembed(2, ref, null).then(() => resolve(true), reject);
      });
      const survivor = hostOf(store, null);
      const { count, manifest } = await survivor.indexInfo(ref);
      expect(count, `step ${step}`).toBe(COUNT - 2);
      const dimensions = manifest?.dimensions;
      expect([8, 12]).toContain(dimensions);
      expect(await survivor.indexVector(ref, '69')).toHaveLength(dimensions as number);
      expect(await survivor.indexList(ref, { offset: 0, limit: 1000 })).toHaveLength(COUNT - 2);
    }
  });
}
