// @vitest-environment jsdom
import { createEmbedder, isTteError } from 'think-then-embed';
import { expect, test } from 'vitest';

test('a page without workers is told so', async () => {
  expect(document.body).toBeDefined();
  const error = await createEmbedder().catch((reason) => reason);
  expect(isTteError(error, 'not-in-browser')).toBe(true);
});
