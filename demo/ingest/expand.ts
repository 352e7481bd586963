/** Turns files into index items: one per picture, text passage, PDF page or video frame. */
import type { IndexItem } from 'think-then-embed';
import { passages } from './passages.ts';

export type Kind = 'picture' | 'text' | 'page' | 'frame';

/** A file and its path. */
export interface Found {
  file: File;
  path: string;
}

const TEXT = /\.(txt|md|markdown|csv|tsv|json|html?|org|rst|log)$/i;
const PDF = /\.pdf$/i;
const PICTURE = /\.(png|jpe?g|webp|gif|avif|bmp|svg)$/i;

/** Yields the items of all files; a file that cannot be read is reported and skipped. */
export async function* expand(
  found: readonly Found[],
  source: string,
  unreadable: (name: string, reason: unknown) => void,
): AsyncGenerator<IndexItem> {
  for (const one of found) {
    try {
      yield* itemsOf(one, source);
    } catch (reason) {
      unreadable(one.file.name, reason);
    }
  }
}

/** Item metadata: `kind`, `name` (for display), `path`, and for parts of a file `page`, `passage` or `seconds`. */
async function* itemsOf({ file, path }: Found, source: string): AsyncGenerator<IndexItem> {
  const common = { source, path, name: file.name };
  if (file.type.startsWith('image/') || PICTURE.test(file.name)) {
    yield { image: file, metadata: { ...common, kind: 'picture' } };
  } else if (file.type === 'application/pdf' || PDF.test(file.name)) {
    const { pages } = await import('./pdf.ts');
    for await (const { page, text, image } of pages(file)) {
      // A page with text is indexed by its text: the small model cannot read the letters in a picture of it.
      const content = text.length > 40 ? { text } : { image: await image() };
      yield { ...content, metadata: { ...common, kind: 'page', page } };
    }
  } else if (file.type.startsWith('video/')) {
    const { frames } = await import('./video.ts');
    for await (const { seconds, image } of frames(file)) {
      yield { image, metadata: { ...common, kind: 'frame', seconds } };
    }
  } else if (file.type.startsWith('text/') || TEXT.test(file.name)) {
    for (const [index, text] of passages(await file.text()).entries()) {
      yield { text, metadata: { ...common, kind: 'text', passage: index + 1 } };
    }
  }
}

export function usable({ file }: Found): boolean {
  return (
    /^(image|video|text)\/|^application\/(pdf|json)$/.test(file.type) ||
    [TEXT, PDF, PICTURE].some((names) => names.test(file.name))
  );
}
