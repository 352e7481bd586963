/** Makes picture files for tests, byte by byte: headers with a size and EXIF, without pixels. */

type Value = string | number | readonly (readonly [number, number])[];
/** Values by tag: text, a short number, or rationals. */
export type Tags = Readonly<Record<number, Value>>;

export interface Exif {
  main?: Tags;
  exif?: Tags;
  gps?: Tags;
}

export type Order = 'II' | 'MM';

export const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

export function joined(...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

export function numbers(order: Order, size: 2 | 4, ...values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    return order === 'II' ? bytes : bytes.reverse();
  });
}

/** A TIFF file of three directories: the main one, which points to the others, EXIF and GPS. */
export function tiff({ main = {}, exif, gps }: Exif, order: Order): Uint8Array<ArrayBuffer> {
  const head = joined(latin(order), numbers(order, 2, 42), numbers(order, 4, 8));
  const pointers = { ...(exif && { 34665: exif }), ...(gps && { 34853: gps }) };
  const count = Object.keys(main).length + Object.keys(pointers).length;
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let end = 8 + 6 + 12 * count; // where what does not fit into the main directory goes
  const place = (bytes: Uint8Array<ArrayBuffer>) => {
    const at = end;
    parts.push(bytes);
    end += bytes.length;
    return at;
  };
  const entry = (tag: number, value: Value, put: typeof place): number[] => {
    if (typeof value === 'number')
      return [...numbers(order, 2, tag, 3), ...numbers(order, 4, 1), ...numbers(order, 2, value, 0)];
    const isText = typeof value === 'string';
    const bytes = isText ? joined(latin(value), [0]) : joined(numbers(order, 4, ...value.flat()));
    const data = bytes.length <= 4 ? [...bytes, 0, 0, 0, 0].slice(0, 4) : numbers(order, 4, put(bytes));
    return [
      ...numbers(order, 2, tag, isText ? 2 : 5),
      ...numbers(order, 4, isText ? bytes.length : value.length),
      ...data,
    ];
  };
  const below = (tags: Tags): number => {
    const start = end;
    const own: Uint8Array<ArrayBuffer>[] = [];
    let behind = start + 6 + 12 * Object.keys(tags).length;
    const entries = Object.entries(tags).map(([tag, value]) =>
      entry(Number(tag), value, (bytes) => {
        own.push(bytes);
        behind += bytes.length;
        return behind - bytes.length;
      }),
    );
    place(joined(numbers(order, 2, entries.length), entries.flat(), numbers(order, 4, 0), ...own));
    return start;
  };
  const entries = Object.entries(main).map(([tag, value]) => entry(Number(tag), value, place));
  for (const [tag, tags] of Object.entries(pointers)) {
    entries.push([...numbers(order, 2, Number(tag), 4), ...numbers(order, 4, 1, below(tags))]);
  }
  parts = [joined(numbers(order, 2, count), entries.flat(), numbers(order, 4, 0)), ...parts];
  return joined(head, ...parts);
}

export function jpegFile(
  width: number,
  height: number,
  exif: ArrayLike<number> | null,
): Uint8Array<ArrayBuffer> {
  const segment = (marker: number, data: Uint8Array) =>
    joined([0xff, marker], numbers('MM', 2, data.length + 2), data);
  return joined(
    [0xff, 0xd8],
    segment(0xe0, latin('JFIF\0\x01\x01\0\0\x01\0\x01\0\0')),
    segment(0xe1, latin('http://ns.adobe.com/xap/1.0/\0<x/>')),
    exif ? segment(0xe1, joined(latin('Exif\0\0'), exif)) : [],
    [0xff, 0xff], // padding
    segment(0xc4, joined([0, 9, 9, 9, 9, 9, 9])).subarray(1),
    segment(0xc2, joined([8], numbers('MM', 2, height, width), [1, 1, 0x11, 0])),
    segment(0xda, joined([1, 1, 0, 0, 63, 0])),
    [1, 2, 3, 0xff, 0xd9],
  );
}

export function pngFile(width: number, height: number, exif: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: ArrayLike<number>) =>
    joined(numbers('MM', 4, data.length), latin(type), data, [0, 0, 0, 0]);
  return joined(
    latin('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', joined(numbers('MM', 4, width, height), [8, 2, 0, 0, 0])),
    chunk('IDAT', new Uint8Array(70_000)), // farther than one read
    exif ? chunk('eXIf', exif) : [],
    chunk('IEND', []),
  );
}

export function webpFile(width: number, height: number, exif: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: ArrayLike<number>) =>
    joined(latin(type), numbers('II', 4, data.length), data, data.length % 2 ? [0] : []);
  const side = (pixels: number) => numbers('II', 4, pixels - 1).slice(0, 3);
  const body = joined(
    latin('WEBP'),
    chunk('VP8X', joined([8, 0, 0, 0], side(width), side(height))),
    chunk('VP8 ', new Uint8Array(101)),
    exif ? chunk('EXIF', exif) : [],
  );
  return joined(latin('RIFF'), numbers('II', 4, body.length), body);
}
