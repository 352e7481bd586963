import { afterEach, expect, test, vi } from 'vitest';
import { createEmbedder } from './create-embedder.ts';

afterEach(() => vi.unstubAllGlobals());

test('a browser without WebAssembly is told so, before a worker is started', async () => {
  const started = vi.fn();
  vi.stubGlobal('Worker', started);
  vi.stubGlobal('location', { href: 'https://page.test/' });
  vi.stubGlobal('WebAssembly', undefined);
  await expect(createEmbedder()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('WebAssembly'),
  });
  expect(started).not.toHaveBeenCalled();
});

test('on a server it is told that this is none', async () => {
  await expect(createEmbedder()).rejects.toMatchObject({ code: 'not-in-browser' });
});
