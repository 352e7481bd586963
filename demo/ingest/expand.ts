/** From files to what is indexed: pictures as they are, texts by passages, PDFs by pages, videos by frames. */
import type { IndexItem } from 'think-then-embed';
import { passages } from './passages.ts';

export type Kind = 'picture' | 'text' | 'page' | 'frame';

/** A file, and where it lay. */
export interface Found {
  file: File;
  path: string;
}

const TEXT = /\.(txt|md|markdown|csv|tsv|json|html?|org|rst|log)$/i;
const PDF = /\.pdf$/i;
const PICTURE = /\.(png|jpe?g|webp|gif|avif|bmp|svg)$/i;

/** One file that cannot be read must not keep the others out. */
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

/** Each item's metadata: `kind`, `name` (shown), `path`, and `page`, `passage` or `seconds` where it is a part. */
async function* itemsOf({ file, path }: Found, source: string): AsyncGenerator<IndexItem> {
  const common = { source, path, name: file.name };
  if (file.type.startsWith('image/') || PICTURE.test(file.name)) {
    yield { image: file, metadata: { ...common, kind: 'picture' } };
  } else if (file.type === 'application/pdf' || PDF.test(file.name)) {
    const { pages } = await import('./pdf.ts');
    for await (const { page, text, image } of pages(file)) {
      // A page that has text is found by its text: a picture of letters tells a small model nothing.
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
