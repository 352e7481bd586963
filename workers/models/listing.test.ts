import { expect, test } from 'vitest';
import { parseListing } from './listing.ts';

const answer = {
  sha: 'f'.repeat(40),
  cardData: { license: 'apache-2.0' },
  siblings: [
    { rfilename: 'config.json', size: 700, blobId: 'x' },
    {
      rfilename: 'onnx/model.onnx',
      size: 90_000,
      lfs: { sha256: 'a'.repeat(64), size: 90_000, pointerSize: 134 },
    },
  ],
};

test('reads commit, sizes, and the hashes of large files', () => {
  expect(parseListing(JSON.stringify(answer))).toEqual({
    commit: 'f'.repeat(40),
    license: 'apache-2.0',
    files: { 'config.json': { bytes: 700 }, 'onnx/model.onnx': { bytes: 90_000, sha256: 'a'.repeat(64) } },
  });
});

test.each([
  ['no JSON', 'Not found'],
  ['another interface', '{"error":"not found"}'],
  ['null', 'null'],
  ['no sizes', JSON.stringify({ ...answer, siblings: [{ rfilename: 'config.json' }] })],
])('%s is no listing', (_, text) => {
  expect(parseListing(text)).toBeNull();
});
