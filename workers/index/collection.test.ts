import { expect, test } from 'vitest';
import { createTexts } from '../../bench/texts.ts';
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import { normalize } from '../embedder/vector.ts';
import { memoryStore, type Store } from '../storage/database.ts';
import type { Acquire } from '../storage/locks.ts';
import { type Collection, type NewItem, openCollection } from './collection.ts';
import { storedSegments } from './segments.ts';

const DIMENSIONS = 8;
const space = (name = 'a'): SpaceManifest => ({
  format: 1,
  space: name,
  dimensions: DIMENSIONS,
  metric: 'cosine',
  normalised: true,
  embedder: { id: 'e', revision: '1', dtype: 'fp32' },
  prompts: null,
  think: 'never',
  reasoner: null,
});

/** One lock for all "tabs" of a test. */
function lock(): Acquire {
  let tail: Promise<void> = Promise.resolve();
  return async () => {
    const before = tail;
    let release = () => {};
    tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  };
}

interface World {
  store: Store;
  tab(name?: string): Promise<Collection>;
}

function world(store = memoryStore(), acquire = lock()): World {
  const tabs: Collection[] = [];
  return {
    store,
    async tab(name = 'a') {
      const announce = ({ generation }: { generation: number }) => {
        for (const tab of tabs) if (tab !== own) tab.outdated(generation);
      };
      const own = await openCollection({ store, name: 'notes / 1', space: space(name), acquire, announce });
      tabs.push(own);
      return own;
    },
  };
}

const { random } = createTexts(3);
const item = (id: string, metadata = {}): NewItem => ({
  id,
  vector: normalize(Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5)),
  text: `text of ${id}`,
  metadata,
  trace: null,
  contentHash: `hash of ${id}`,
  thumbnail: { type: 'image/webp', bytes: new ArrayBuffer(4) },
});
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => item(`${prefix}${i}`));

/** Everything a tab sees, in order. */
const contents = (tab: Collection) =>
  tab.read(async () => {
    const rows = [...Array(tab.table.matrix.size).keys()].filter((row) => tab.table.live[row] === 1);
    const items = await tab.catalog.items(rows);
    const ids = await tab.catalog.byId();
    for (const [i, { id }] of items.entries()) expect(ids.get(id)).toBe(rows[i]);
    expect(items).toHaveLength(tab.manifest.count);
    return items.map(({ id }, i) => [id, [...tab.table.matrix.vector(rows[i] as number)]] as const);
  });
const idsOf = async (tab: Collection) => (await contents(tab)).map(([id]) => id);

const remove = (tab: Collection, ...names: string[]) =>
  tab.change(async () => {
    const ids = await tab.catalog.byId();
    return { items: [], rows: new ArrayBuffer(0), gone: names.map((name) => ids.get(name) as number) };
  });

test('what was added is there after opening again, whatever came between', async () => {
  const { tab, store } = world();
  const first = await tab();
  expect(await first.append(many('a', 130))).toEqual(new Set());
  expect(await first.append([item('a3'), item('b'), item('b')])).toEqual(new Set(['a3']));
  await remove(first, 'a0', 'b');
  const expected = [
    ...many('a', 130)
      .map(({ id }) => id)
      .filter((id) => id !== 'a0' && id !== 'a3'),
    'a3',
  ];
  expect(await idsOf(first)).toEqual(expected);
  const second = await tab();
  expect(await contents(second)).toEqual(await contents(first));
  expect(second.manifest.count).toBe(129);
  expect((await store.keys('picture/')).length).toBe(129); // those of replaced and deleted items are gone
});

test('two tabs see each other’s changes, and take turns', async () => {
  const { tab } = world();
  const [one, two] = await Promise.all([tab(), tab()]);
  await one.append(many('x', 5));
  expect(await idsOf(two)).toHaveLength(5);
  await Promise.all([one.append(many('one', 40)), two.append(many('two', 40)), one.append([item('x1')])]);
  await remove(two, 'x0');
  expect(await idsOf(two)).toHaveLength(84);
  expect((await idsOf(one)).sort()).toEqual((await idsOf(two)).sort());
});

test('compaction keeps order, vectors and removals, and frees what is gone', async () => {
  const { tab, store } = world();
  const [writer, reader] = await Promise.all([tab(), tab()]);
  for (let n = 0; n < 12; n++) await writer.append(many(`s${n}-`, 3));
  await remove(writer, 's1-0', 's11-2');
  expect(await idsOf(reader)).toHaveLength(34); // it has the old segments in memory
  const before = await contents(writer);
  await writer.compact(true);
  expect(writer.manifest.segments).toHaveLength(1);
  expect(await storedSegments(store, 'notes / 1')).toEqual(new Set([writer.manifest.segments[0]!.number]));
  expect(await contents(writer)).toEqual(before);
  expect(await contents(reader)).toEqual(before);
  await writer.append([item('late')]);
  await remove(writer, 's0-0', 'late');
  const after = before.slice(1);
  for (const each of [writer, reader, await tab()]) expect(await contents(each)).toEqual(after);
});

test('small segments are written together by themselves; what they removed of others stays removed', async () => {
  const { tab } = world();
  const writer = await tab();
  await writer.append(many('big', 1500));
  for (let n = 0; n < 20; n++) {
    await writer.append([item(`n${n}`)]);
    await remove(writer, `big${n}`);
  }
  await expect.poll(() => writer.manifest.segments.length).toBeLessThan(16);
  const expected = await idsOf(writer);
  expect(expected).toHaveLength(1500);
  expect(await idsOf(await tab())).toEqual(expected);
});

test('another space is refused, naming both', async () => {
  const { tab } = world();
  await (await tab('space-one')).append([item('a')]);
  await expect(tab('space-two')).rejects.toMatchObject({
    code: 'space-mismatch',
    message: expect.stringMatching(/space-one.*space-two/),
  });
});

/** Ends the writer at its n-th step: before it reaches the store, or after it is there but before the writer knows. */
function mortal(store: Store, step: number, when: 'before' | 'after') {
  let steps = 0;
  const strike = async <T>(write: () => Promise<T>): Promise<T> => {
    const last = ++steps === step;
    if (last && when === 'before') return new Promise<never>(() => {});
    if (steps > step) return new Promise<never>(() => {});
    const result = await write();
    return last ? new Promise<never>(() => {}) : result;
  };
  return {
    steps: () => steps,
    store: {
      ...store,
      set: (entries) => strike(() => store.set(entries)),
      remove: (keys) => strike(() => store.remove(keys)),
    } satisfies Store,
  };
}

for (const when of ['before', 'after'] as const) {
  test(`a writer killed ${when} any of its steps loses nothing acknowledged and leaves nothing half there`, async () => {
    for (let step = 1; ; step++) {
      const { tab, store } = world();
      const acknowledged: string[] = [];
      const doomed = mortal(store, step, when);
      let [removed, finished] = [false, false];
      const work = (async () => {
        const writer = await world(doomed.store).tab();
        for (let n = 0; n < 3; n++) {
          await writer.append(many(`s${n}-`, 70));
          acknowledged.push(...many(`s${n}-`, 70).map(({ id }) => id));
        }
        await writer.append([item('s0-0')]);
        acknowledged.splice(acknowledged.indexOf('s1-0'), 1); // from now on it may be there or not
        await remove(writer, 's1-0');
        removed = true;
        await writer.compact(true);
        await writer.append([item('end')]);
        acknowledged.push('end');
        finished = true;
      })();
      await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 60))]);
      const survivor = await tab();
      const found = new Set(await idsOf(survivor)); // also checks that all is whole
      expect(
        acknowledged.filter((id) => !found.has(id)),
        `step ${step}`,
      ).toEqual([]);
      expect(removed && found.has('s1-0')).toBe(false);
      await survivor.append([item('afterwards')]);
      expect(await idsOf(await tab())).toContain('afterwards');
      const known = new Set(survivor.manifest.segments.map(({ number }) => number));
      expect(await storedSegments(store, 'notes / 1'), `step ${step}`).toEqual(known);
      if (finished) {
        expect(step).toBeGreaterThan(8);
        break;
      }
    }
  });
}
