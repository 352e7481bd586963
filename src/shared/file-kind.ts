/** Detects the type of a file from its first bytes, since its name and declared type are often wrong. */

/** Picture formats, then formats that are often mistaken for pictures. */
export type FileKind =
  | 'JPEG'
  | 'PNG'
  | 'GIF'
  | 'WebP'
  | 'BMP'
  | 'AVIF'
  | 'HEIC'
  | 'TIFF'
  | 'ICO'
  | 'JPEG_XL'
  | 'SVG'
  | 'PDF';

/** Number of leading bytes that suffice for detection. */
export const HEAD_BYTES = 4096;

/** Leading bytes as Latin-1; `.` matches any byte. */
const SIGNATURES: readonly [RegExp, FileKind][] = [
  [/^\xff\xd8\xff/, 'JPEG'],
  [/^\x89PNG\r\n.\n/s, 'PNG'],
  [/^GIF8[79]a/, 'GIF'],
  [/^RIFF....WEBP/s, 'WebP'],
  [/^BM....\0\0\0\0/s, 'BMP'],
  [/^....ftypavi[fs]/s, 'AVIF'],
  [/^....ftyp(hei|hev|mif1|msf1)/s, 'HEIC'],
  [/^(II\*\0|MM\0\*)/, 'TIFF'],
  [/^\0\0[^\0]\0[^\0]/, 'ICO'],
  [/^(\xff\n|\0\0\0.JXL )/s, 'JPEG_XL'],
  [/^.{0,1024}%PDF-\d/s, 'PDF'],
];

/** Both must match: how an SVG may begin after a byte order mark, and its tag, which may follow a prolog. */
const SVG = [/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|(\w+:)?svg[\s>/])/i, /<(\w+:)?svg[\s>/]/i];

/** @param head at least the first `HEAD_BYTES` bytes, or the whole file. @returns null for other formats */
export function fileKind(head: Uint8Array): FileKind | null {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  if (SVG.every((part) => part.test(text)) && !/<html/i.test(text)) return 'SVG';
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1] ?? null;
}
