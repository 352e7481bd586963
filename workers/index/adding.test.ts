import { expect, test } from 'vitest';
import { textInput } from '../pipeline/input.ts';
import { memoryStore } from '../storage/database.ts';
import { DIMENSIONS, item, lock, openTab, space } from '../testing/collections.ts';
import { type AddContext, type AddItem, addItems } from './adding.ts';
import { keepRecords } from './importing.ts';
import { idsByRow } from './live-rows.ts';
import { createSearchPriority } from './search-priority.ts';

const toAdd = (id: string): AddItem => ({
  ...{ id, name: id, metadata: {}, input: textInput(`text of ${id}`) },
  vector: Float32Array.from(item(id).vector),
});

/** A collection whose every reading operation is run again, as after another tab's compaction; `reads` counts what was asked. */
async function interrupted() {
  const tab = await openTab({ store: memoryStore(), name: 'notes', acquire: lock() });
  const { incarnation } = await tab.manifest();
  let reads = 0;
  const collection = Object.create(tab.collection) as typeof tab.collection;
  collection.read = async (demand, operation) => {
    reads++;
    await tab.collection.read(demand, operation);
    return tab.collection.read(demand, operation);
  };
  for (const method of ['append', 'change'] as const) {
    collection[method] = tab.collection[method].bind(tab.collection) as never;
  }
  const expected = { demand: async () => space(), incarnation };
  const adding: AddContext = {
    collection,
    expected,
    space: { ...space(), dimensions: DIMENSIONS },
    engine: null,
    thumbnails: 0,
    onDuplicate: 'skip',
    request: 1,
    signal: new AbortController().signal,
    searchPriority: createSearchPriority(),
    onDone: () => {},
  };
  return { tab, adding, reads: () => reads };
}

test('a lookup that is repeated does not take an item for known; content that comes twice is added once', async () => {
  const { tab, adding, reads } = await interrupted();
  const ids = Array.from({ length: 60 }, (_, i) => `n${i}`);
  const report = await addItems([...ids, 'n0', 'n59'].map(toAdd), adding);
  expect(report).toMatchObject({ added: 60, skipped: 2, failed: [] });
  expect([...(await tab.read(idsByRow)).values()]).toEqual(ids);
  expect(await addItems(ids.map(toAdd), adding)).toMatchObject({ added: 0, skipped: 60 });
  expect(reads(), 'one lookup a batch, not one an item').toBeLessThan(20);
});

test('imported records are compared with the index in one read', async () => {
  const { adding, reads } = await interrupted();
  const records = Array.from({ length: 50 }, (_, i) => ({ ...item(`r${i}`), addedAt: 1 }));
  const report = { added: 0, replaced: 0, skipped: 0, failed: [] };
  await keepRecords(records, 0, { ...adding, report });
  await keepRecords(records, 0, { ...adding, report });
  expect(report).toMatchObject({ added: 50, skipped: 50 });
  expect(reads()).toBe(2);
});
