/** The same pictures with which e2e/images.spec.ts tests the browser's decoder. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openPicture } from '../../images/picture.ts';
import { nodeFetch } from './fetcher.ts';
import { sharpDecoder } from './sharp.ts';

interface Stored {
  name: string;
  /** base64, as `rgb`. */
  file: string;
  size: [number, number];
  rgb: string;
}

const path = new URL('../../../e2e/fixtures/pillow/decoded.json', import.meta.url);
const pictures = JSON.parse(readFileSync(path, 'utf8')) as Stored[];
const fetcher = { fetch: nodeFetch, isOwn: () => true, isLocal: () => true };
const open = (file: Blob) =>
  openPicture(
    { name: 'input.image', kind: 'blob', blob: file },
    { pictures: sharpDecoder, fetcher },
    new AbortController().signal,
  );
const fileOf = (base64: string) => new Blob([Buffer.from(base64, 'base64')]);

test.each(pictures)('$name is decoded to what Pillow reads, laid on white', async ({ file, size, rgb }) => {
  const { width, height, data } = await open(fileOf(file)).pixels();
  expect([width, height]).toEqual(size);
  const expected = Buffer.from(rgb, 'base64');
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const at = Math.floor(i / 3) * 4 + (i % 3);
    worst = Math.max(worst, Math.abs((data[at] as number) - (expected[i] as number)));
  }
  expect(worst).toBe(0);
});

test('a thumbnail is a WebP of the requested size; a file that cannot be decoded is refused', async () => {
  const { type, bytes } = await open(fileOf((pictures[0] as Stored).file)).thumbnail(8);
  expect(type).toBe('image/webp');
  expect(await open(new Blob([bytes])).pixels()).toMatchObject({ width: 8, height: 4 });
  const cut = fileOf((pictures[0] as Stored).file).slice(0, 400);
  await expect(open(cut).pixels()).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/^input\.image: this JPEG/),
  });
});
