/**
 * Reads directories of a TIFF file, as which EXIF is stored: entries of 12 bytes, in either byte order. What lies outside the file is
 * left out.
 */
import { characters } from './latin1.ts';

export const ASCII = 2;
const SHORT = 3;
const LONG = 4;
export const RATIONAL = 5;
/** Bytes of one value by type. */
const SIZES: Readonly<Record<number, number>> = { [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8 };
const MAX_ENTRIES = 512;

/** The tag that says how a picture is to be turned: 1 (not at all) to 8. */
export const ORIENTATION = 0x112;

export interface Entry {
  type: number;
  count: number;
  /** Where its values are. */
  offset: number;
}

export interface Tiff {
  /** The file, from its header on. */
  tiff: DataView;
  isLittle: boolean;
  /** Entries of the first directory, by tag. */
  main: ReadonlyMap<number, Entry>;
  /** Entries of the directory at an offset, of those whose values lie within the file. */
  directory(offset: number): Map<number, Entry>;
  /** Its first value; null if there is no such entry, or it has no integers. */
  integer(entry: Entry | undefined): number | null;
}

/** @param view begins with the TIFF header, or with `Exif\0\0` and it; may be cut off. @returns null if it is no such file */
export function openTiff(view: DataView): Tiff | null {
  const tiff = characters(view, 0, 4) === 'Exif' ? rest(view, 6) : view;
  const order = characters(tiff, 0, 4);
  if (tiff.byteLength < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return null;
  const isLittle = order === 'II*\0';
  const directory = (start: number) => readDirectory(tiff, start, isLittle);
  return {
    tiff,
    isLittle,
    main: directory(tiff.getUint32(4, isLittle)),
    directory,
    integer(entry) {
      if (entry?.type === SHORT) return tiff.getUint16(entry.offset, isLittle);
      return entry?.type === LONG ? tiff.getUint32(entry.offset, isLittle) : null;
    },
  };
}

function readDirectory(tiff: DataView, start: number, isLittle: boolean): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  if (start + 2 > tiff.byteLength) return entries;
  const count = Math.min(tiff.getUint16(start, isLittle), MAX_ENTRIES);
  for (let i = 0; i < count; i++) {
    const at = start + 2 + 12 * i;
    if (at + 12 > tiff.byteLength) break;
    const [tag, type] = [tiff.getUint16(at, isLittle), tiff.getUint16(at + 2, isLittle)];
    const values = tiff.getUint32(at + 4, isLittle);
    const bytes = (SIZES[type] ?? Number.POSITIVE_INFINITY) * values;
    const offset = bytes <= 4 ? at + 8 : tiff.getUint32(at + 8, isLittle);
    if (values === 0 || offset + bytes > tiff.byteLength || entries.has(tag)) continue;
    entries.set(tag, { type, count: values, offset });
  }
  return entries;
}

function rest(view: DataView, from: number): DataView {
  const start = Math.min(from, view.byteLength);
  return new DataView(view.buffer, view.byteOffset + start, view.byteLength - start);
}
