import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { WireImage } from '../../src/shared/protocol.ts';
import type { PictureDecoder, RawPixels } from './decoder.ts';
import { openPicture } from './picture.ts';
import { heldSize, layOnWhite, MAX_PIXELS } from './pixels.ts';

afterEach(() => vi.unstubAllGlobals());

const raw = (width = 2, height = 1, value = 7): RawPixels => {
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : value));
  return { width, height, data };
};

function fakeDecoder(pixels = raw) {
  return {
    decode: vi.fn(async () => pixels()),
    read: vi.fn(async () => pixels()),
    encode: vi.fn(async ({ width, height }) => ({ type: `${width} × ${height}`, bytes: new ArrayBuffer(0) })),
  } satisfies PictureDecoder;
}

const fetcher = { fetch, isOwn: () => true, isLocal: () => false };
const open = (image: WireImage, pictures: PictureDecoder) =>
  openPicture(image, { pictures, fetcher }, new AbortController().signal);
const file = (...parts: BlobPart[]): WireImage => ({
  name: 'items[2].image',
  kind: 'blob',
  blob: new Blob(parts),
});
const bitmap = () => ({ width: 2, height: 1, close: vi.fn() });
const bytes = (...values: number[]) => new Uint8Array(values);

describe('a picture', () => {
  test('is decoded once and shared; a file can be decoded again after its release', async () => {
    const decoder = fakeDecoder(() => raw(300, 30));
    const picture = open(file('a'), decoder);
    const [a, b, small] = await Promise.all([picture.pixels(), picture.pixels(), picture.thumbnail(100)]);
    expect(a).toBe(b);
    expect(small.type).toBe('100 × 10');
    expect(decoder.decode).toHaveBeenCalledTimes(1);
    picture.release();
    await picture.pixels();
    expect(decoder.decode).toHaveBeenCalledTimes(2);
  });

  test('that was decoded already is read once and stays available after its release', async () => {
    const decoder = fakeDecoder();
    const given = bitmap();
    const picture = open({ name: 'input.image', kind: 'bitmap', bitmap: given }, decoder);
    const hash = await picture.hash();
    const pixels = await picture.pixels();
    await picture.thumbnail(1);
    picture.release();
    expect(await picture.pixels()).toBe(pixels);
    expect(await picture.hash()).toBe(hash);
    expect(decoder.read).toHaveBeenCalledTimes(1);
    picture.close();
    expect(given.close).toHaveBeenCalled();
  });

  test.each([20, 20_000])('of %i bytes has the same hash where there is no WebCrypto', async (length) => {
    const content = new Uint8Array(length).fill(5);
    const expected = createHash('sha256').update(content).digest('hex');
    vi.stubGlobal('crypto', {}); // as a page has it that came over plain HTTP
    expect(await open(file(content), fakeDecoder()).hash()).toBe(expected);
  });

  test('that was decoded already is hashed by its appearance', async () => {
    const hashOf = (data: number[]) =>
      open(
        { name: '', kind: 'bitmap', bitmap: bitmap() },
        fakeDecoder(() => ({ width: 1, height: 1, data: Uint8ClampedArray.from(data) })),
      ).hash();
    expect(await hashOf([0, 0, 0, 0])).toBe(await hashOf([255, 255, 255, 255]));
    expect(await hashOf([0, 0, 0, 0])).not.toBe(await hashOf([0, 0, 0, 255]));
  });
});

describe('errors name the picture', () => {
  const cases: [string, WireImage, RegExp][] = [
    ['an empty file', file(), /no bytes/],
    ['a PDF named .jpg', file('%PDF-1.7\n'), /PDF.*pages/],
    ['a HEIC named .jpg', file('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /no decoder for HEIC.*JPEG/],
    ['an SVG', file('<?xml version="1.0"?><!-- a --><svg width="1"/>'), /SVG.*<img>/],
    ['a JPEG cut short', file(bytes(0xff, 0xd8, 0xff, 0xe0)), /JPEG.*cut short/],
    ['anything else', file('hello'), /cannot be decoded.*5 bytes/],
    ['a data URL', { name: 'items[2].image', kind: 'url', url: 'data:image/png;base64,%%' }, /malformed/],
  ];
  test.each(cases)('%s', async (_, image, message) => {
    const decoder = fakeDecoder(() => {
      throw new DOMException('The source image could not be decoded.', 'InvalidStateError');
    });
    const failure = expect(open(image, decoder).pixels()).rejects;
    await failure.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(message) });
    await expect(open(image, decoder).pixels()).rejects.toThrow(/^items\[2\]\.image: (?!items)/);
  });

  test('a file that no longer exists', async () => {
    const gone = {
      ...new Blob(['a']),
      size: 1,
      type: '',
      slice: () => gone,
      arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')),
    };
    const picture = open({ name: 'input.image', kind: 'blob', blob: gone }, fakeDecoder());
    await expect(picture.hash()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/^input\.image: cannot be read \(NotFoundError: gone\)/),
    });
  });

  test('a file with too many pixels for memory is not decoded', async () => {
    const png = bytes(
      0x89,
      0x50,
      0x4e,
      0x47,
      13,
      10,
      26,
      10,
      0,
      0,
      0,
      13,
      0x49,
      0x48,
      0x44,
      0x52,
      0,
      0,
      0x9c,
      0x40,
      0,
      0,
      0x9c,
      0x40,
      1,
      0,
      0,
      0,
      0,
    );
    const decoder = fakeDecoder();
    await expect(open(file(png), decoder).pixels()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('40000 × 40000'),
    });
    expect(decoder.decode).not.toHaveBeenCalled();
  });
});

describe('transparency', () => {
  test('is composited on white like Pillow, from straight colours and from those of a canvas', () => {
    const wrong: number[][] = [];
    for (let alpha = 0; alpha < 256; alpha++) {
      for (let colour = 0; colour < 256; colour++) {
        const blended = 255 * (255 - alpha) + colour * alpha + 128;
        const pillow = (blended + (blended >> 8)) >> 8; // DIV255 of its C code
        const kept = alpha && Math.round((Math.round((colour * alpha) / 255) * 255) / alpha);
        const pixels = Uint8ClampedArray.of(colour, kept, 0, alpha);
        layOnWhite(pixels);
        if (`${pixels}` !== `${[pillow, pillow, 255 - alpha, 255]}`) wrong.push([colour, alpha, ...pixels]);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('pictures up to the limit keep their size; larger ones are scaled down with their aspect ratio', () => {
  expect(heldSize(4000, 3000)).toEqual({ width: 4000, height: 3000 });
  for (const [width, height] of [
    [1080, 65_536],
    [16_320, 12_240],
    [1, 100_000_000],
  ] as const) {
    const held = heldSize(width, height);
    expect(held.width * held.height).toBeLessThanOrEqual(MAX_PIXELS);
    expect(held.width * held.height).toBeGreaterThan(MAX_PIXELS * 0.99);
  }
});
