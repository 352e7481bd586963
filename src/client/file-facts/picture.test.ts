import { describe, expect, test } from 'vitest';
import {
  type Exif,
  joined,
  jpegFile,
  latin,
  numbers,
  type Order,
  pngFile,
  tiff,
  webpFile,
} from '../../../e2e/harness/picture-files.ts';
import { seeded } from '../../../workers/index/random.ts';
import { pictureFacts } from './picture.ts';

const ORDERS: readonly Order[] = ['II', 'MM'];
const MAKERS = {
  JPEG: (exif: Uint8Array | null) => jpegFile(4032, 3024, exif),
  PNG: (exif: Uint8Array | null) => pngFile(4032, 3024, exif),
  WebP: (exif: Uint8Array | null) => webpFile(4032, 3024, exif),
};
const SIZE = { width: 4032, height: 3024 };
const FULL: Exif = {
  main: { 271: 'Canon', 272: 'Canon EOS 80D', 274: 1, 306: '2026:08:01 09:00:00' },
  exif: { 36867: '2026:07:14 18:30:05', 36868: '2026:07:15 00:00:00' },
  gps: {
    1: 'S',
    2: [
      [33, 1],
      [51, 1],
      [3134, 100],
    ],
    3: 'E',
    4: [
      [151, 1],
      [12, 1],
      [51, 1],
    ],
  },
};

const factsOf = (bytes: Uint8Array<ArrayBuffer>) => pictureFacts(new Blob([bytes]));
const exifOf = async (exif: Exif, order: Order = 'MM') => {
  const { width: _, height: __, ...facts } = await factsOf(jpegFile(8, 6, tiff(exif, order)));
  return facts;
};

describe.each(Object.entries(MAKERS))('%s', (_, make) => {
  test.each(ORDERS)('EXIF in the byte order %s', async (order) => {
    expect(await factsOf(make(tiff(FULL, order)))).toEqual({
      ...SIZE,
      taken: '2026-07-14T18:30:05',
      camera: ['Canon', 'EOS 80D', 'Canon EOS 80D'],
      latitude: -33.858706,
      longitude: 151.214167,
    });
  });

  test('no EXIF', async () => {
    expect(await factsOf(make(null))).toEqual(SIZE);
  });

  test('with the name that some writers put before it', async () => {
    const exif = joined(latin('Exif\0\0'), tiff({ exif: FULL.exif! }, 'II'));
    const facts = await factsOf(make(exif));
    expect(facts.taken).toBe(make === MAKERS.JPEG ? undefined : '2026-07-14T18:30:05');
    expect(facts.width).toBe(4032);
  });

  test('cut off anywhere: what is left is read, or nothing', async () => {
    const whole = make(tiff(FULL, 'II'));
    const { taken } = await factsOf(whole);
    for (let end = 0; end < whole.length; end += end < 400 || end > whole.length - 400 ? 1 : 997) {
      const facts = await factsOf(whole.slice(0, end));
      expect([undefined, SIZE.width]).toContain(facts.width);
      expect([undefined, '2026-08-01T09:00:00', '2026-07-15T00:00:00', taken]).toContain(facts.taken);
    }
  });

  test('bytes changed at random: facts of the right sort, and an end', async () => {
    const random = seeded(7);
    const whole = make(tiff(FULL, 'MM'));
    const near = Math.min(whole.length, 420);
    for (let round = 0; round < 600; round++) {
      const bytes = whole.slice();
      for (let i = 0; i < 4; i++) {
        const at = Math.floor(random() * near);
        bytes[round % 2 ? at : bytes.length - 1 - at] = Math.floor(random() * 256);
      }
      const { taken = '2000-01-01T00:00:00', latitude = 0, longitude = 0, width = 1 } = await factsOf(bytes);
      expect(Number.isNaN(Date.parse(taken))).toBe(false);
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
      expect(Number.isInteger(width)).toBe(true);
    }
  });
});

test.each([
  [1, 4032, 3024],
  [3, 4032, 3024],
  [6, 3024, 4032],
  [8, 3024, 4032],
  [99, 4032, 3024],
])('orientation %i: the size as the picture is shown', async (orientation, width, height) => {
  const file = MAKERS.JPEG(tiff({ main: { 274: orientation } }, 'II'));
  expect(await factsOf(file)).toEqual({ width, height });
});

test.each([
  ['2026:07:14 18:30:00', '2026-07-14T18:30:00'],
  ['2026-07-14 18:30:00', '2026-07-14T18:30:00'],
  ['0000:00:00 00:00:00', undefined],
  ['    :  :     :  :  ', undefined],
  ['2026:02:30 10:00:00', undefined],
  ['2026:13:01 10:00:00', undefined],
  ['2026:07:14 25:00:00', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('taken at %j', async (text, taken) => {
  expect((await exifOf({ exif: { 36867: text } })).taken).toBe(taken);
});

test('the date of digitizing, then that of the last change, where there is none of taking', async () => {
  const main = { 306: '2026:08:01 09:00:00' };
  const blank = '0000:00:00 00:00:00';
  expect((await exifOf({ main, exif: { 36867: blank, 36868: '2026:07:15 00:00:00' } })).taken).toBe(
    '2026-07-15T00:00:00',
  );
  expect((await exifOf({ main })).taken).toBe('2026-08-01T09:00:00');
});

test.each([
  ['NIKON CORPORATION', 'NIKON D750', ['NIKON', 'D750', 'NIKON D750']],
  ['Apple', 'iPhone 15 Pro', ['Apple', 'iPhone 15 Pro', 'Apple iPhone 15 Pro']],
  ['OLYMPUS IMAGING CORP.  ', 'E-M10', ['OLYMPUS', 'E-M10', 'OLYMPUS E-M10']],
  ['', 'X100V', ['X100V']],
  ['Canon', 'Canon', ['Canon']],
  ['K\xf6nig', '', ['König']],
  ['A\x01\nB', 'C', ['A B', 'C', 'A B C']],
])('camera %j %j', async (make, model, camera) => {
  expect((await exifOf({ main: { 271: make, 272: model } })).camera).toEqual(camera);
});

test.each<[string, Exif['gps'], readonly [number, number] | null]>([
  [
    'north and west',
    {
      1: 'N',
      2: [
        [51, 1],
        [30, 1],
        [0, 1],
      ],
      3: 'W',
      4: [
        [0, 1],
        [7, 1],
        [30, 1],
      ],
    },
    [51.5, -0.125],
  ],
  [
    'unused seconds',
    {
      1: 'N',
      2: [
        [515, 10],
        [0, 0],
        [0, 0],
      ],
      3: 'E',
      4: [
        [7, 1],
        [0, 1],
        [0, 0],
      ],
    },
    [51.5, 7],
  ],
  [
    '0/0',
    {
      1: 'N',
      2: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      3: 'E',
      4: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    },
    null,
  ],
  [
    'no fix',
    {
      1: 'N',
      2: [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      3: 'E',
      4: [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    },
    null,
  ],
  [
    'out of range',
    {
      1: 'N',
      2: [
        [91, 1],
        [0, 1],
        [0, 1],
      ],
      3: 'E',
      4: [
        [7, 1],
        [0, 1],
        [0, 1],
      ],
    },
    null,
  ],
  [
    'no hemisphere',
    {
      2: [
        [51, 1],
        [0, 1],
        [0, 1],
      ],
      4: [
        [7, 1],
        [0, 1],
        [0, 1],
      ],
    },
    null,
  ],
  [
    'two parts',
    {
      1: 'N',
      2: [
        [51, 1],
        [0, 1],
      ],
      3: 'E',
      4: [
        [7, 1],
        [0, 1],
        [0, 1],
      ],
    },
    null,
  ],
])('place: %s', async (_, gps, place) => {
  const { latitude, longitude } = await exifOf({ gps: gps! });
  expect(latitude === undefined ? null : [latitude, longitude]).toEqual(place);
});

test('directories that point to themselves, to each other, or out of the file', async () => {
  const own = tiff({ main: { 274: 6 } }, 'II');
  for (const target of [0, 8, own.length - 1, 0xffffffff]) {
    for (const tag of [0x8769, 0x8825]) {
      const entry = [...numbers('II', 2, tag, 4), ...numbers('II', 4, 1, target)];
      const looping = joined(
        latin('II*\0'),
        numbers('II', 4, 8),
        numbers('II', 2, 1),
        entry,
        numbers('II', 4, 8),
      );
      expect(await factsOf(jpegFile(4, 2, looping))).toEqual({ width: 4, height: 2 });
    }
  }
});

test('a file of empty segments without end costs a bounded number of reads', async () => {
  const segments = joined([0xff, 0xd8], Array.from({ length: 200_000 }, () => [0xff, 0xe0, 0, 2]).flat());
  let reads = 0;
  const file = new Blob([segments]);
  const slice = file.slice.bind(file);
  file.slice = (...range) => {
    reads++;
    return slice(...range);
  };
  expect(await pictureFacts(file)).toEqual({});
  expect(reads).toBeLessThan(10);
});

test.each([
  ['GIF', joined(latin('GIF89a'), numbers('II', 2, 300, 200), [0, 0, 0])],
  ['BMP', joined(latin('BM'), [0, 0, 0, 0, 0, 0, 0, 0], numbers('II', 4, 54, 40, 300, 2 ** 32 - 200))],
  [
    'lossless WebP',
    joined(latin('RIFF\0\0\0\0WEBPVP8L'), numbers('II', 4, 5), [0x2f], numbers('II', 4, 299 + 199 * 2 ** 14)),
  ],
  [
    'lossy WebP',
    joined(
      latin('RIFF\0\0\0\0WEBPVP8 '),
      numbers('II', 4, 10),
      [0, 0, 0, 0x9d, 1, 0x2a],
      numbers('II', 2, 300, 200),
    ),
  ],
])('the size of %s', async (_, bytes) => {
  expect(await factsOf(bytes)).toEqual({ width: 300, height: 200 });
});

test('other files have nothing to say', async () => {
  for (const content of ['', 'text', '%PDF-1.7', '<svg/>'])
    expect(await pictureFacts(new Blob([content]))).toEqual({});
});
