/** The contract of stores, run against all implementations. */
import type { Store } from '../storage/database.ts';

/** Each case gets an empty store and throws if the store violates the contract. */
export const storeContract: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  async 'a missing key is undefined'(store) {
    same(await store.get('none'), undefined);
    same(await store.keys(''), []);
    same(await store.entries('none/'), []);
  },

  async 'what was set is found, and replaced'(store) {
    await store.set([['a', 1]]);
    await store.set([['a', { text: 'two' }]]);
    same(await store.get('a'), { text: 'two' });
  },

  async 'bytes come back whole'(store) {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    await store.set([['bytes', bytes.slice().buffer]]);
    const back = await store.get('bytes');
    if (!(back instanceof ArrayBuffer)) throw new Error('must be an ArrayBuffer');
    same([...new Uint8Array(back)], [...bytes]);
  },

  async 'entries and keys below a prefix come in order'(store) {
    await store.set([
      ['b/2', 'x'],
      ['a/10', 'y'],
      ['b/1', 'z'],
      ['b', 'not below'],
    ]);
    same(await store.keys('b/'), ['b/1', 'b/2']);
    same(await store.entries('b/'), [
      ['b/1', 'z'],
      ['b/2', 'x'],
    ]);
    same(await store.keys(''), ['a/10', 'b', 'b/1', 'b/2']);
  },

  async 'removed keys are gone, missing ones are no error'(store) {
    await store.set([
      ['a', 1],
      ['b', 2],
    ]);
    await store.remove(['a', 'never there']);
    same(await store.keys(''), ['b']);
  },

  async 'null is a value'(store) {
    await store.set([['u', null]]);
    same(await store.get('u'), null);
  },

  async 'many entries in one go'(store) {
    const entries = Array.from(
      { length: 1000 },
      (_, index) => [`n/${String(index).padStart(4, '0')}`, index] as const,
    );
    await store.set(entries);
    same((await store.entries('n/')).length, 1000);
    await store.remove(entries.map(([key]) => key));
    same(await store.keys(''), []);
  },
};

function same(found: unknown, expected: unknown) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, found ${a}`);
}
