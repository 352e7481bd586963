import { expect, test } from 'vitest';
import { memoryStore, type Store } from './database.ts';
import { withTypedErrors } from './store-errors.ts';

const failing = (error: unknown): Store => {
  const fail = () => Promise.reject(error);
  return withTypedErrors({ get: fail, set: fail, entries: fail, keys: fail, remove: fail });
};
const calls = (store: Store) => [
  store.get('a'),
  store.entries(''),
  store.keys(''),
  store.set([['a', 1]]),
  store.remove(['a']),
];

test('what works is as before', async () => {
  const store = withTypedErrors(memoryStore());
  await store.set([['a', 1]]);
  expect([await store.get('a'), await store.keys(''), await store.entries('')]).toEqual([
    1,
    ['a'],
    [['a', 1]],
  ]);
  await store.remove(['a']);
  expect(await store.get('a')).toBeUndefined();
});

test.each([
  [new DOMException('full', 'QuotaExceededError'), 'quota', /no room left.*Delete/],
  [new DOMException('denied', 'SecurityError'), 'unsupported', /SecurityError: denied.*site data/],
  [
    Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }),
    'unsupported',
    /EACCES.*dataDir/,
  ],
  [null, 'unsupported', /null/],
])('every method rejects with a typed error: %s', async (error, code, message) => {
  for (const call of calls(failing(error))) {
    await expect(call).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  }
});
