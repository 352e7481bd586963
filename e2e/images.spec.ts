import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from './harness/test.ts';
import type { StoredPicture } from './probes/images.ts';

type Images = typeof import('./probes/images.ts');

const pictures = JSON.parse(readFileSync('e2e/fixtures/pillow/decoded.json', 'utf8')) as StoredPicture[];

test('pictures are decoded to the same pixels as by Pillow, composited on white', async ({ probe }) => {
  const images = await probe<Images>('images');
  for (const picture of pictures) {
    const result = await images.call('compare', picture);
    expect(result, picture.name).toEqual({ size: picture.size, worst: 0 });
  }
});

test('JPEGs of luma and chroma are decoded without a bitmap', async ({ probe }) => {
  const images = await probe<Images>('images');
  const plain = pictures.filter(
    ({ name, size }) => /^JPEG/.test(name) && !/grey|CMYK|RGB/.test(name) && size[0] > 4,
  );
  expect(plain.length).toBeGreaterThan(12);
  for (const picture of plain) expect(await images.call('bitmapsFor', picture), picture.name).toBe(0);
  const others = pictures.filter(({ name }) => /PNG, translucent|JPEG, RGB/.test(name));
  expect(others).toHaveLength(2);
  for (const picture of others) expect(await images.call('bitmapsFor', picture), picture.name).toBe(1);
});

test('URLs are fetched, data URLs even if the policy forbids them; files that are not pictures are invalid input', async ({
  probe,
}) => {
  const images = await probe<Images>('images');
  const [picture] = pictures as [StoredPicture];
  const hash = createHash('sha256').update(Buffer.from(picture.file, 'base64')).digest('hex');
  const url = `data:image/jpeg;base64,${picture.file}`;
  expect(await images.call('open', url)).toEqual({ hash, size: picture.size });
  expect(await images.call('open', '/fixtures/images/badge.png')).toMatchObject({ size: expect.any(Array) });
  for (const bad of [
    '/fixtures/images/none.png',
    '/fixtures/pillow/make.py',
    'data:image/png;base64,%%',
    'data:,',
  ]) {
    await expect(images.call('open', bad), bad).rejects.toMatchObject({ code: 'invalid-input' });
  }
  const svg = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')}`;
  await expect(images.call('open', svg)).rejects.toThrow(/<img>/);
});

test('a bitmap is hashed by its pixels', async ({ probe }) => {
  const [one, same, other] = await (await probe<Images>('images')).call('bitmapHashes');
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});
