import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jpegHeader } from './jpeg-header.ts';

interface Stored {
  name: string;
  /** base64 */
  file: string;
  size: [number, number];
}

const path = new URL('../../e2e/fixtures/pillow/decoded.json', import.meta.url);
const pictures = JSON.parse(readFileSync(path, 'utf8')) as Stored[];
const jpegs = pictures.filter(({ name }) => name.startsWith('JPEG'));
const bytesOf = ({ file }: Stored) => new Uint8Array(Buffer.from(file, 'base64'));

test.each(jpegs)('$name: size, components and orientation', (picture) => {
  const header = jpegHeader(bytesOf(picture));
  const orientation = Number(/orientation (\d)/.exec(picture.name)?.[1] ?? 1);
  const [width, height] = orientation >= 5 ? picture.size.toReversed() : picture.size;
  const components = picture.name.includes('grey') ? 1 : picture.name.includes('CMYK') ? 4 : 3;
  expect(header).toEqual({ width, height, components, orientation });
});

test('what is no JPEG, or ends before its frame, has no header', () => {
  const [picture] = jpegs as [Stored];
  const bytes = bytesOf(picture);
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  expect(frame).toBeGreaterThan(0);
  for (let end = 0; end < frame + 10; end++) expect(jpegHeader(bytes.subarray(0, end)), `${end}`).toBeNull();
  for (const { name, file } of pictures.filter(({ name }) => !name.startsWith('JPEG'))) {
    expect(jpegHeader(new Uint8Array(Buffer.from(file, 'base64'))), name).toBeNull();
  }
  // Every byte of the header replaced, in turn: whatever comes of it, it ends.
  for (let i = 0; i < frame + 10; i++) {
    const odd = bytes.slice();
    odd[i] = 0xff - (odd[i] as number);
    jpegHeader(odd);
  }
});
