/**
 * Reads the few fields of EXIF that people search for. The bytes are a TIFF file: directories of entries of 12 bytes, in either byte
 * order. Three directories are read, each once, so that no file can make this loop; what is damaged or out of range is left out.
 */
import { characters } from './byte-source.ts';

export interface Exif {
  /** When the picture was taken, by the camera's clock: `2026-07-14T18:30:00`. */
  taken?: string;
  /** Names of the camera: its make, its model, and both. */
  camera?: readonly string[];
  /** Degrees, north and east positive. */
  latitude?: number;
  longitude?: number;
  /** How the picture is to be turned: 1 to 8. */
  orientation?: number;
}

const TAG = { make: 0x10f, model: 0x110, orientation: 0x112, changed: 0x132, exif: 0x8769, gps: 0x8825 };
const EXIF_TAG = { original: 0x9003, digitized: 0x9004 };
const GPS_TAG = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 };

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
/** Bytes of one value by type. */
const SIZES: Readonly<Record<number, number>> = { [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8 };

const MAX_ENTRIES = 512;
const MAX_TEXT = 64;

interface Entry {
  type: number;
  count: number;
  /** Where its values are. */
  offset: number;
}

/** @param view begins with the TIFF header, or with `Exif\0\0` and it; may be cut off */
export function readExif(view: DataView): Exif {
  const hasName = characters(view, 0, 4) === 'Exif';
  const tiff = hasName ? rest(view, 6) : view;
  const order = characters(tiff, 0, 4);
  if (tiff.byteLength < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return {};
  const isLittle = order === 'II*\0';

  const main = directory(tiff, tiff.getUint32(4, isLittle), isLittle);
  const integer = (entry: Entry | undefined): number | null => {
    if (entry?.type === SHORT) return tiff.getUint16(entry.offset, isLittle);
    return entry?.type === LONG ? tiff.getUint32(entry.offset, isLittle) : null;
  };
  const below = (tag: number) => {
    const offset = integer(main.get(tag));
    return offset === null ? new Map<number, Entry>() : directory(tiff, offset, isLittle);
  };
  const text = (entry: Entry | undefined) => (entry?.type === ASCII ? textAt(tiff, entry) : '');
  const degrees = (entry: Entry | undefined, ref: string, limit: number): number | null => {
    if (entry?.type !== RATIONAL || entry.count < 3 || !/^[NSEW]$/i.test(ref)) return null;
    const parts = [0, 1, 2].map((i) => {
      const at = entry.offset + 8 * i;
      return tiff.getUint32(at, isLittle) / tiff.getUint32(at + 4, isLittle);
    });
    // Some writers leave 0/0 for parts that they do not use; without degrees there is no place.
    const [whole = Number.NaN, minutes = 0, seconds = 0] = parts.map((part, i) => (i > 0 ? part || 0 : part));
    const value = whole + minutes / 60 + seconds / 3600;
    if (!(value <= limit)) return null;
    return Number((/[SW]/i.test(ref) ? -value : value).toFixed(6)) + 0; // not -0
  };

  const [exif, gps] = [below(TAG.exif), below(TAG.gps)];
  const dates = [exif.get(EXIF_TAG.original), exif.get(EXIF_TAG.digitized), main.get(TAG.changed)];
  const taken = dates.map((entry) => dateOf(text(entry))).find((date) => date !== null);
  const camera = namesOf(text(main.get(TAG.make)), text(main.get(TAG.model)));
  const latitude = degrees(gps.get(GPS_TAG.latitude), text(gps.get(GPS_TAG.latitudeRef)), 90);
  const longitude = degrees(gps.get(GPS_TAG.longitude), text(gps.get(GPS_TAG.longitudeRef)), 180);
  const orientation = integer(main.get(TAG.orientation));
  // Cameras without a fix write zeros.
  const hasPlace = latitude !== null && longitude !== null && (latitude !== 0 || longitude !== 0);
  return {
    ...(taken && { taken }),
    ...(camera.length > 0 && { camera }),
    ...(hasPlace && { latitude, longitude }),
    ...(orientation !== null && orientation >= 1 && orientation <= 8 && { orientation }),
  };
}

/** Entries by tag, of those whose values lie within the file. */
function directory(tiff: DataView, start: number, isLittle: boolean): Map<number, Entry> {
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

/** UTF-8, which ASCII is part of, or what else Latin-1; up to the first NUL. */
function textAt(tiff: DataView, { offset, count }: Entry): string {
  const bytes = new Uint8Array(tiff.buffer, tiff.byteOffset + offset, Math.min(count, 4 * MAX_TEXT));
  const end = bytes.indexOf(0);
  const own = end < 0 ? bytes : bytes.subarray(0, end);
  const utf8 = new TextDecoder().decode(own);
  const text = utf8.includes('\ufffd') ? characters(tiff, offset, own.length) : utf8;
  const plain = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return [...plain].slice(0, MAX_TEXT).join('').trim();
}

/** `2026:07:14 18:30:00`; null for dates that are not, like the zeros and blanks of cameras whose clock was not set. */
function dateOf(text: string): string | null {
  const match = /^(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hours, minutes, seconds = '00'] = match;
  const date = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}`;
  const parsed = new Date(`${date}Z`);
  // February 30 would be read as another day.
  const isDate = Number(year) >= 1000 && !Number.isNaN(parsed.getTime());
  return isDate && parsed.toISOString().startsWith(date) ? date : null;
}

/** What follows a maker's name in its firm's. */
const FIRM =
  /[\s,.]+(?:corporation|corp|company|co|ltd|inc|ag|gmbh|imaging|camera|electronics|optical)\b.*$/i;

/** A maker's name as people say it, and the model with and without it. */
function namesOf(maker: string, model: string): string[] {
  const make = maker.replace(FIRM, '').trim();
  const isNamed = make !== '' && `${model.toLowerCase()} `.startsWith(`${make.toLowerCase()} `);
  const own = isNamed ? model.slice(make.length).trim() : model;
  const both = [make, own].filter(Boolean).join(' ');
  return [...new Set([make, own, both])].filter(Boolean);
}

function rest(view: DataView, from: number): DataView {
  const start = Math.min(from, view.byteLength);
  return new DataView(view.buffer, view.byteOffset + start, view.byteLength - start);
}
