import { afterEach, expect, test, vi } from 'vitest';
import { acquireLock } from './web-locks.ts';

afterEach(() => vi.unstubAllGlobals());

const refusing = (name: string) =>
  vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('refused', name)) } });

test('where site data is blocked, and locks with it, nothing is locked', async () => {
  refusing('SecurityError');
  (await acquireLock('a', 'exclusive', null))();
});

test('an abort while waiting has its type, and other errors stay', async () => {
  refusing('AbortError');
  await expect(acquireLock('a', 'exclusive', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  refusing('InvalidStateError');
  await expect(acquireLock('a', 'exclusive', null)).rejects.toMatchObject({ name: 'InvalidStateError' });
});
