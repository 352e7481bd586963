/** What another tab, the disk or the user may do to an index while it is open. */
import { expect, test } from 'vitest';
import { memoryStore, type Store } from '../storage/database.ts';
import { bytesOf } from '../storage/size.ts';
import { withTypedErrors } from '../storage/store-errors.ts';
import { idsOf, item, lock, many, mortal, NAME, space, world } from '../testing/collections.ts';
import { Collection } from './collection.ts';
import { createWordsSync } from './words/words-sync.ts';

const any = async () => null;

test('a writer that began before an index was deleted does not bring it back, also when that is made anew', async () => {
  const { tab, store } = world();
  const [one, other] = [await tab(), await tab()];
  const { incarnation } = await one.manifest();
  const expected = { demand: any, incarnation };
  await one.collection.append(expected, many('before', 3));
  await other.collection.drop();
  await expect(one.collection.append(expected, [item('late')])).rejects.toMatchObject({ code: 'disposed' });
  expect(await store.keys('')).toEqual([]);
  expect(await idsOf(one)).toEqual([]);

  await other.append([item('new')]);
  await expect(one.collection.append(expected, [item('late')])).rejects.toMatchObject({ code: 'disposed' });
  for (const each of [one, other, await tab()]) expect(await idsOf(each)).toEqual(['new']);
});

test('rows of an index that was deleted are never taken for those of a later one of the same name', async () => {
  const { tab } = world();
  const [reader, writer] = [await tab(), await tab()];
  await writer.append(many('old', 3));
  let isDeleted = false;
  const ids = await reader.read(async ({ catalog, table }) => {
    if (!isDeleted) {
      isDeleted = true;
      await writer.collection.drop();
      await writer.append(many('new', 3));
    }
    const rows = [...Array(table.size).keys()].filter((row) => table.live[row] === 1);
    return (await catalog.items(rows)).map(({ id }) => id);
  });
  expect(ids).toEqual(['new0', 'new1', 'new2']);
});

/** A store that fails to read some keys as long as `fault` gives an error. */
const failing = (store: Store, fault: (key: string) => Error | undefined): Store =>
  withTypedErrors({
    ...store,
    async get(key) {
      const error = fault(key);
      if (error) throw error;
      return store.get(key);
    },
  });

test('after a failed refresh nothing old is served: every read fails, until one succeeds', async () => {
  const { store, tab } = world();
  let broken = false;
  const faulty = failing(store, (key) =>
    broken && key.startsWith('manifest/') ? new Error('disk') : undefined,
  );
  const reader = await world(faulty).tab();
  const writer = await tab();
  await writer.append([item('a')]);
  expect(await idsOf(reader)).toEqual(['a']);
  await writer.append([item('b')]);
  broken = true;
  for (let i = 0; i < 3; i++) {
    await expect(idsOf(reader)).rejects.toMatchObject({ code: 'unsupported', cause: { message: 'disk' } });
  }
  broken = false;
  expect(await idsOf(reader)).toEqual(['a', 'b']);
});

test('a refresh that fails half-way leaves nothing half-way', async () => {
  const { store, tab } = world();
  const writer = await tab();
  await writer.append(many('a', 3));
  let broken = false;
  const faulty = failing(store, (key) => (broken && key.endsWith('/gone') ? new Error('disk') : undefined));
  const reader = await world(faulty).tab();
  expect(await idsOf(reader)).toHaveLength(3);
  await writer.remove('a1');
  broken = true;
  for (let i = 0; i < 2; i++) await expect(idsOf(reader)).rejects.toThrow('disk');
  await writer.append([item('b')]);
  broken = false;
  expect(await idsOf(reader)).toEqual(['a0', 'a2', 'b']);
});

test('a part that is missing for good is reported as such, by reads and by writes, and the index can be deleted', async () => {
  const { store, tab } = world();
  const writer = await tab();
  await writer.append(many('a', 3));
  await writer.remove('a1');
  await store.remove((await store.keys('index/')).filter((key) => key.endsWith('/gone')));
  const reader = await world(store)
    .tab()
    .catch((error) => error);
  expect(reader).toMatchObject({ code: 'integrity' });
  const fresh = new Collection({ store, name: NAME, acquire: lock(), announce: () => {} });
  for (let i = 0; i < 2; i++) {
    await expect(fresh.read(any, async () => 1)).rejects.toMatchObject({ code: 'integrity' });
    await expect(fresh.compact(true)).rejects.toMatchObject({ code: 'integrity' });
  }
  await fresh.drop();
  expect(await idsOf(await tab())).toEqual([]);
});

test('an index whose counts do not agree is refused each time, not only once', async () => {
  const { store, tab } = world();
  await (await tab()).append(many('a', 3));
  const [[key, manifest]] = (await store.entries('manifest/')) as [[string, object]];
  await store.set([[key, { ...manifest, count: 7 }]]);
  const reader = new Collection({ store, name: NAME, acquire: lock(), announce: () => {} });
  for (let i = 0; i < 2; i++) {
    await expect(reader.read(any, async () => 1)).rejects.toMatchObject({ code: 'integrity' });
  }
});

test('site data that is cleared: all reads tell the same, and adding makes the index anew', async () => {
  const { store, tab } = world();
  const reader = await tab();
  await reader.append(many('a', 3));
  expect(await idsOf(reader)).toHaveLength(3);
  await store.remove(await store.keys(''));
  const seen = await reader.read(async ({ manifest, table, catalog }) => [
    manifest,
    table.count,
    (await catalog.allowed(undefined)).count,
    (await catalog.byId()).size,
  ]);
  expect(seen).toEqual([null, 0, 0, 0]);
  await reader.append([item('b')]);
  expect(await idsOf(reader)).toEqual(['b']);
});

test('what was added and changed meanwhile in another tab is seen without being told', async () => {
  const { tab } = world();
  const [reader, writer] = [await tab(), await tab()];
  for (let n = 0; n < 4; n++) {
    await writer.append(many(`s${n}-`, 2));
    expect(await idsOf(reader)).toHaveLength(2 * (n + 1));
  }
  await writer.compact();
  expect(await idsOf(reader)).toHaveLength(8);
  await writer.collection.drop();
  expect(await idsOf(reader)).toEqual([]);
});

test('deleting removes everything or nothing', async () => {
  const { store, tab } = world();
  const other = new Collection({ store, name: `${NAME}/2`, acquire: lock(), announce: () => {} });
  const { incarnation } = (await other.create(async () => space()))!;
  await other.append({ demand: any, incarnation }, [item('mine')]);
  const kept = await store.keys('');
  const writer = await tab();
  await writer.append(many('a', 100));
  const removals: number[] = [];
  const counting: Store = {
    ...store,
    remove(keys) {
      removals.push(keys.length);
      return store.remove(keys);
    },
  };
  await (await world(counting).tab()).collection.drop();
  expect(removals).toHaveLength(1);
  expect(await store.keys('')).toEqual(kept);
});

/** A store with a limit, in bytes: nothing else is counted than what `bytesOf` counts. */
function limited(store: Store, room: () => number): Store {
  return withTypedErrors({
    ...store,
    async set(entries) {
      const kept = new Map([...(await store.entries('')), ...entries]);
      const used = [...kept.values()].reduce((sum: number, value) => sum + bytesOf(value), 0);
      if (used > room()) throw new DOMException('full', 'QuotaExceededError');
      return store.set(entries);
    },
  });
}

const usedIn = async (store: Store) =>
  (await store.entries('')).reduce((sum, [, value]) => sum + bytesOf(value), 0);

test('items can be removed and changed where storage is full, and what is left is whole and found by its words', async () => {
  const store = memoryStore();
  let room = Number.POSITIVE_INFINITY;
  const full = world(limited(store, () => room));
  const writer = await full.tab();
  await writer.append(many('a', 100));
  await writer.append(many('b', 100));
  room = await usedIn(store);
  await expect(writer.append([item('c')])).rejects.toMatchObject({ code: 'quota' });
  await writer.remove('a1');
  await writer.append([item('b2')]); // instead of the one that is there
  const ids = [...many('a', 100), ...many('b', 100)].map(({ id }) => id);
  const expected = [...ids.filter((id) => id !== 'a1' && id !== 'b2'), 'b2'];
  for (const tab of [writer, await full.tab()]) expect(await idsOf(tab)).toEqual(expected);
  expect(await store.keys('picture/')).toHaveLength(199);

  const reader = await full.tab();
  const sync = createWordsSync(full.store, reader.collection);
  const terms = await reader.read(async (state) => {
    const row = (await state.catalog.byId()).get('b7') as number;
    return (await sync.current(state)).query('text of b7').termsIn(row);
  });
  expect(terms).toContain('b7');
});

test('a removal that is killed at any step where storage is full loses no other item', async () => {
  for (let step = 1; ; step++) {
    const store = memoryStore();
    await (await world(store).tab()).append(many('a', 100));
    const room = await usedIn(store);
    const finished = await new Promise<boolean>((resolve, reject) => {
      const doomed = world(
        mortal(
          limited(store, () => room),
          step,
          'during',
          (write) => write.catch(() => {}).then(() => resolve(false)),
        ),
      );
      doomed
        .tab()
        .then((writer) => writer.remove('a1'))
        .then(() => resolve(true), reject);
    });
    const found = await idsOf(await world(store).tab());
    expect(found.filter((id) => id !== 'a1')).toEqual(
      many('a', 100)
        .map(({ id }) => id)
        .filter((id) => id !== 'a1'),
    );
    if (!finished) continue;
    expect(found).toHaveLength(99);
    expect(step).toBeGreaterThan(3);
    break;
  }
});
