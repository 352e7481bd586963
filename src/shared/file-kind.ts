/** What a file is, told by its first bytes: names and types given with it are often wrong. */

/** Pictures; then what is often taken for one. */
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

/** Bytes from the start that suffice to tell. */
export const HEAD_BYTES = 4096;

/** First bytes as Latin-1. `.` stands for any byte. */
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

/** How an SVG may begin, after a byte order mark; and what stands somewhere in it, where a prolog comes first. */
const SVG = [/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|(\w+:)?svg[\s>/])/i, /<(\w+:)?svg[\s>/]/i];

/** @param head at least the first `HEAD_BYTES` bytes, or all there are. Null: of none of these kinds. */
export function fileKind(head: Uint8Array): FileKind | null {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  if (SVG.every((part) => part.test(text)) && !/<html/i.test(text)) return 'SVG';
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1] ?? null;
}
