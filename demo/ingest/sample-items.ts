/** What the sample collection holds, and its items' vectors, which were computed when it was made (`scripts/samples/embed.ts`). */
import type { IndexItem, Metadata } from 'think-then-embed';

export interface Sample {
  name: string;
  licenses: readonly { what: string; from: string; license: string }[];
  notes: readonly { title: string; text: string }[];
  pictures: readonly SamplePicture[];
}

export interface SamplePicture {
  file: string;
  title: string;
  kind: 'scene' | 'pictogram' | 'photo' | 'page';
  /** For a scene in the order top left, top right, bottom left, bottom right. */
  things: readonly string[];
  /** Worth asking, where they do not follow from its things; empty: nothing, so that it is described. */
  questions?: readonly string[];
  /** Whose photograph it is. */
  credit?: { by: string; license: string };
}

/** An item without its picture. */
export interface SampleItem extends Pick<IndexItem, 'text'> {
  id: string;
  metadata: Metadata;
  /** Of its picture. */
  file?: string;
}

/** `public/samples/embedded.json` */
export interface Embedded {
  /** In which the vectors are; they are of use to an index in the same. */
  space: string;
  /** By the items' ids. */
  items: Readonly<Record<string, EmbeddedItem>>;
}

export interface EmbeddedItem {
  /** SHA-256 (hex) of the picture, or of the text. */
  of: string;
  /** Base64 of 16-bit integers, little endian, in units of 1 / 32,767. */
  vector: string;
  trace: string | null;
}

const UNIT = 32_767;

export function noteItem({ name: source }: Sample, { title, text }: Sample['notes'][number]): SampleItem {
  return {
    id: `sample/${title}`,
    text: `${title}. ${text}`,
    metadata: { source, kind: 'text', name: title },
  };
}

export function pictureItem({ name: source }: Sample, picture: SamplePicture): SampleItem {
  const { file, title, kind: art, credit } = picture;
  const kind = art === 'page' ? 'page' : 'picture';
  const credited = credit && { credit: `${credit.by}, ${credit.license}` };
  return { id: `sample/${file}`, file, metadata: { source, kind, art, name: title, ...credited } };
}

export function packVector(vector: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(2 * vector.length));
  for (const [i, x] of vector.entries()) bytes.setInt16(2 * i, Math.round(x * UNIT), true);
  return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
}

/** Of a length near 1. */
export function unpackVector(packed: string): Float32Array {
  const bytes = new DataView(Uint8Array.from(atob(packed), (char) => char.charCodeAt(0)).buffer);
  return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => bytes.getInt16(2 * i, true) / UNIT);
}
