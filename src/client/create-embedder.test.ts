import { afterEach, expect, test, vi } from 'vitest';
import { createEmbedder } from './create-embedder.ts';

afterEach(() => vi.unstubAllGlobals());

test('rejects in a browser without WebAssembly before starting a worker', async () => {
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

test('rejects on a server with not-in-browser', async () => {
  await expect(createEmbedder()).rejects.toMatchObject({ code: 'not-in-browser' });
});
