import { expect, test } from 'vitest';
import { memoryStore, type Store } from '../../storage/database.ts';
import { item, NAME, type Tab, world } from '../../testing/collections.ts';
import { storedSegments } from '../segments.ts';
import { createWordsSync, type WordsSync } from './words-sync.ts';

const written = (id: string, text: string) => ({ ...item(id), text });

/** Ids of the items that have the word, by a visit of their own. */
async function found(tab: Tab, words: WordsSync, word: string): Promise<string[]> {
  return tab.read(async (state) => {
    const index = await words.current(state);
    const { table, catalog } = state;
    const live = [...Array(table.size).keys()].filter((row) => table.live[row] === 1);
    const rows = index.query(word).score(({ gain }) => live.filter((row) => gain(row, null) > 0));
    return (await catalog.items(rows)).map(({ id }) => id);
  });
}

/** A store that counts which parts of segments are read. */
function counting(store: Store) {
  const reads: string[] = [];
  const partOf = (key: string) => key.split('/').slice(3, 4).join();
  return {
    reads,
    store: {
      ...store,
      get: (key: string) => {
        reads.push(partOf(key));
        return store.get(key);
      },
      entries: (prefix: string) => {
        reads.push(partOf(prefix));
        return store.entries(prefix);
      },
    } satisfies Store,
  };
}

async function visit(store: Store) {
  const tab = await world(store).tab();
  return { tab, words: createWordsSync(store, tab.collection) };
}

test('follows what is added, replaced and removed, in this tab and in another, and compactions', async () => {
  const store = memoryStore();
  const [one, two] = [await visit(store), await visit(store)];
  const expectBoth = async (word: string, ids: string[]) => {
    for (const { tab, words } of [one, two]) expect(await found(tab, words, word)).toEqual(ids);
  };
  await one.tab.append([written('a', 'honey'), written('b', 'honey bread')]);
  await expectBoth('honey', ['a', 'b']);
  await two.tab.append([written('c', 'honey'), written('a', 'bread')]);
  await expectBoth('honey', ['b', 'c']);
  await expectBoth('bread', ['b', 'a']);
  await one.tab.remove('b');
  await expectBoth('honey', ['c']);
  await two.tab.compact();
  await expectBoth('honey', ['c']);
  await expectBoth('bread', ['a']);
  await one.tab.append([written('d', 'honey')]);
  await expectBoth('honey', ['c', 'd']);
});

test('a second visit reads what the first has stored, and no item', async () => {
  const { store, reads } = counting(memoryStore());
  const first = await visit(store);
  await first.tab.append(Array.from({ length: 300 }, (_, i) => written(`n${i}`, `note ${i}`)));
  await first.tab.append([written('late', 'honey')]);
  reads.length = 0;
  const { tab, words } = await visit(store);
  await tab.read((state) => words.current(state));
  expect(reads.filter((part) => part === 'words')).toHaveLength(2);
  expect(reads.filter((part) => part === 'page')).toEqual([]);
  expect(await found(tab, words, 'honey')).toEqual(['late']);
});

test.each([
  ['nothing', undefined],
  ['those of an earlier version', { version: 0 }],
])('an index that has %s for words: made once, and kept for the next visit', async (_what, earlier) => {
  const { store, reads } = counting(memoryStore());
  const first = await visit(store);
  await first.tab.append([written('a', 'honey')]);
  await first.tab.append([written('b', 'bread')]);
  const keys = (await store.keys('index/')).filter((key) => key.endsWith('/words'));
  expect(keys).toHaveLength(2);
  await store.remove(keys);
  if (earlier) await store.set(keys.map((key) => [key, earlier]));
  const second = await visit(store);
  expect(await found(second.tab, second.words, 'honey')).toEqual(['a']);
  await second.tab.append([written('c', 'honey')]); // waits for the same lock
  reads.length = 0;
  const third = await visit(store);
  await third.tab.read((state) => third.words.current(state));
  expect(reads.filter((part) => part === 'page')).toEqual([]);
  expect(await found(third.tab, third.words, 'honey')).toEqual(['a', 'c']);
});

test('words made for a segment that a compaction has replaced leave nothing behind', async () => {
  const store = memoryStore();
  const { tab } = await visit(store);
  await tab.append([written('a', 'honey')]);
  const [old] = (await tab.manifest()).segments;
  await tab.compact();
  await tab.collection.supplement(old!.number, [`index/${encodeURIComponent(NAME)}/${old!.number}/words`, 1]);
  const known = (await tab.manifest()).segments.map(({ number }) => number);
  expect(await storedSegments(store, NAME)).toEqual(new Set(known));
});
