import { expect, test } from 'vitest';

test('on a server the package can be imported, and using it rejects with a typed error', async () => {
  const { createEmbedder, isTteError } = await import('./index.ts');
  const error = await createEmbedder().catch((e) => e);
  expect(isTteError(error, 'not-in-browser')).toBe(true);
});
