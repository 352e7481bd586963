/**
 * Reads the few fields of EXIF that people search for. The bytes are a TIFF file, of which three directories are read, each once, so
 * that no file can make this loop; what is damaged or out of range is left out.
 */
import { characters } from '../../shared/latin1.ts';
import { ASCII, type Entry, ORIENTATION, openTiff, RATIONAL } from '../../shared/tiff.ts';

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

const TAG = { make: 0x10f, model: 0x110, changed: 0x132, exif: 0x8769, gps: 0x8825 };
const EXIF_TAG = { original: 0x9003, digitized: 0x9004 };
const GPS_TAG = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 };

const MAX_TEXT = 64;

/** @param view begins with the TIFF header, or with `Exif\0\0` and it; may be cut off */
export function readExif(view: DataView): Exif {
  const opened = openTiff(view);
  if (opened === null) return {};
  const { tiff, isLittle, main, integer, directory } = opened;
  const below = (tag: number) => {
    const offset = integer(main.get(tag));
    return offset === null ? new Map<number, Entry>() : directory(offset);
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
  const orientation = integer(main.get(ORIENTATION));
  // Cameras without a fix write zeros.
  const hasPlace = latitude !== null && longitude !== null && (latitude !== 0 || longitude !== 0);
  return {
    ...(taken && { taken }),
    ...(camera.length > 0 && { camera }),
    ...(hasPlace && { latitude, longitude }),
    ...(orientation !== null && orientation >= 1 && orientation <= 8 && { orientation }),
  };
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
