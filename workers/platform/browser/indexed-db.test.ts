/** When the browser ends a transaction without a reason, idb-keyval rejects with null. */
import { expect, test, vi } from 'vitest';
import { indexedDbStore } from './indexed-db.ts';

vi.mock('idb-keyval', async (original) => ({
  ...(await original<typeof import('idb-keyval')>()),
  createStore: () => () => Promise.reject(null),
}));

test('a database that fails without a reason fails with an error that has a name', async () => {
  vi.stubGlobal('IDBKeyRange', { bound: () => ({}) });
  const store = indexedDbStore('test');
  for (const write of [store.set([['a', 1]]), store.remove(['a'])]) {
    await expect(write).rejects.toMatchObject({ name: 'QuotaExceededError' });
  }
  for (const read of [store.get('a'), store.keys(''), store.entries('')]) {
    await expect(read).rejects.toMatchObject({ name: 'UnknownError' });
  }
});
