import { expect, test, vi } from 'vitest';
import { beside } from './beside.ts';

const session = () => ({ release: vi.fn(async () => {}) });

test('gives both when both are there', async () => {
  const opened = session();
  expect(await beside(Promise.resolve(opened), Promise.resolve('tokenizer'))).toEqual([opened, 'tokenizer']);
  expect(opened.release).not.toHaveBeenCalled();
});

test('a session that opens after the other has failed is released', async () => {
  const opened = session();
  let open = (_: typeof opened) => {};
  const opening = new Promise<typeof opened>((resolve) => {
    open = resolve;
  });
  await expect(beside(opening, Promise.reject(new Error('no tokenizer')))).rejects.toThrow('no tokenizer');
  open(opened);
  await vi.waitFor(() => expect(opened.release).toHaveBeenCalledOnce());
});

test('tells that the session did not open', async () => {
  await expect(beside(Promise.reject(new Error('no room')), Promise.resolve(1))).rejects.toThrow('no room');
  await expect(beside(Promise.reject(new Error('no room')), new Promise(() => {}))).rejects.toThrow(
    'no room',
  );
});
