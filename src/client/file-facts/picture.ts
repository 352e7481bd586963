/** What the header of a picture file says: its size, and EXIF where it has some. The pixels are not decoded. */
import { fileKind, HEAD_BYTES } from '../../shared/file-kind.ts';
import { isBareMarker, isFrameMarker } from '../../shared/jpeg-markers.ts';
import { characters } from '../../shared/latin1.ts';
import { createReader, type ReadBytes } from './byte-source.ts';
import { type Exif, readExif } from './exif.ts';

export interface PictureFacts extends Omit<Exif, 'orientation'> {
  /** Pixels, of the picture as it is shown, turned as EXIF says. */
  width?: number;
  height?: number;
}

interface Header {
  width?: number;
  height?: number;
  exif?: Exif;
}

/** Parts of a file that are looked at, so that a hostile one costs no more than a large one. */
const MAX_PARTS = 1000;
const MAX_EXIF = 262_144;

const READERS: Readonly<Record<string, (read: ReadBytes) => Promise<Header>>> = {
  JPEG: jpeg,
  PNG: png,
  WebP: webp,
  GIF: gif,
  BMP: bmp,
};

/** Never rejects over what a file contains: what cannot be read is left out. @throws what reading the file throws */
export async function pictureFacts(file: Blob): Promise<PictureFacts> {
  const read = createReader(file);
  const head = await read(0, HEAD_BYTES);
  const kind = fileKind(new Uint8Array(head.buffer, head.byteOffset, head.byteLength));
  const { width, height, exif = {} } = (await READERS[kind ?? '']?.(read)) ?? {};
  const { orientation = 1, ...facts } = exif;
  if (!width || !height) return facts;
  const isTurned = orientation >= 5;
  return { ...facts, width: isTurned ? height : width, height: isTurned ? width : height };
}

/** Segments: a marker, and for most a length. Behind the first scan nothing is of interest. */
async function jpeg(read: ReadBytes): Promise<Header> {
  const header: Header = {};
  let at = 2;
  for (let i = 0; i < MAX_PARTS; i++) {
    const segment = await read(at, 10);
    if (segment.byteLength < 4 || segment.getUint8(0) !== 0xff) break;
    const marker = segment.getUint8(1);
    if (marker === 0xff) {
      at++; // padding
      continue;
    }
    if (isBareMarker(marker)) {
      at += 2;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const length = segment.getUint16(2);
    if (length < 2) break;
    if (isFrameMarker(marker) && segment.byteLength >= 9) {
      header.height ??= segment.getUint16(5);
      header.width ??= segment.getUint16(7);
    } else if (marker === 0xe1 && !header.exif && characters(segment, 4, 6) === 'Exif\0\0') {
      header.exif = readExif(await read(at + 4, length - 2));
    }
    at += 2 + length;
  }
  return header;
}

/** Chunks: length, type, data, checksum. */
async function png(read: ReadBytes): Promise<Header> {
  const header: Header = {};
  let at = 8;
  for (let i = 0; i < MAX_PARTS; i++) {
    const chunk = await read(at, 16);
    if (chunk.byteLength < 8) break;
    const [length, type] = [chunk.getUint32(0), characters(chunk, 4, 4)];
    if (type === 'IHDR' && chunk.byteLength === 16) {
      header.width = chunk.getUint32(8);
      header.height = chunk.getUint32(12);
    } else if (type === 'eXIf' && length <= MAX_EXIF) {
      header.exif = readExif(await read(at + 8, length));
    }
    if (type === 'IEND') break;
    at += 12 + length;
  }
  return header;
}

/** Chunks of RIFF: type, length, data to an even length. EXIF is behind the picture. */
async function webp(read: ReadBytes): Promise<Header> {
  const header: Header = {};
  let at = 12;
  for (let i = 0; i < MAX_PARTS; i++) {
    const chunk = await read(at, 18);
    if (chunk.byteLength < 8) break;
    const [type, length] = [characters(chunk, 0, 4), chunk.getUint32(4, true)];
    if (header.width === undefined) Object.assign(header, webpSize(type, chunk));
    if (type === 'EXIF' && length <= MAX_EXIF) header.exif = readExif(await read(at + 8, length));
    at += 8 + length + (length & 1);
  }
  return header;
}

/** Of the canvas, or of the only frame. */
function webpSize(type: string, chunk: DataView): Header {
  const short = (at: number) => chunk.getUint16(at, true);
  if (chunk.byteLength < (type === 'VP8L' ? 13 : 18)) return {};
  if (type === 'VP8X') {
    const side = (at: number) => short(at) + (chunk.getUint8(at + 2) << 16) + 1;
    return { width: side(12), height: side(15) };
  }
  if (type === 'VP8 ') return { width: short(14) & 0x3fff, height: short(16) & 0x3fff };
  if (type !== 'VP8L') return {};
  const bits = chunk.getUint32(9, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

async function gif(read: ReadBytes): Promise<Header> {
  const view = await read(6, 4);
  if (view.byteLength < 4) return {};
  return { width: view.getUint16(0, true), height: view.getUint16(2, true) };
}

async function bmp(read: ReadBytes): Promise<Header> {
  const view = await read(18, 8);
  if (view.byteLength < 8) return {};
  return { width: Math.abs(view.getInt32(0, true)), height: Math.abs(view.getInt32(4, true)) };
}
