/** Turns files into items: a picture, a text, or an item for each PDF page or video frame. */
import type { IndexItem, Metadata } from 'think-then-embed';

export type Kind = 'picture' | 'text' | 'page' | 'frame';

/** A file and its path. */
export interface Found {
  file: File;
  path: string;
}

/** Of a longer text file the beginning is read. */
const TEXT_BYTES = 1_000_000;
const TEXT = /\.(txt|md|markdown|csv|tsv|json|html?|org|rst|log)$/i;
const PDF = /\.pdf$/i;
const PICTURE = /\.(png|jpe?g|webp|gif|avif|bmp|svg)$/i;

/** Yields the items of all files; a file that cannot be read is reported and skipped. */
export async function* expand(
  found: readonly Found[],
  source: string,
  unreadable: (name: string, reason: unknown) => void,
): AsyncGenerator<File | IndexItem> {
  for (const one of found) {
    try {
      yield* itemsOf(one, source);
    } catch (reason) {
      unreadable(one.file.name, reason);
    }
  }
}

/** What the package does not read from a picture's file itself. */
export function pictureMetadata(found: readonly Found[], source: string): (file: File) => Metadata {
  const paths = new Map(found.map(({ file, path }) => [file, path]));
  return (file) => ({ source, kind: 'picture', ...placeOf(paths.get(file) ?? file.name) });
}

function placeOf(path: string): Metadata {
  const folders = path.split('/').slice(0, -1);
  return { path, ...(folders.length > 0 && { folders }) };
}

/** Item metadata: as the package's of files, `kind`, and for parts of a file `title`, `page` or `seconds`. */
async function* itemsOf({ file, path }: Found, source: string): AsyncGenerator<File | IndexItem> {
  const common = {
    ...{ source, name: file.name, bytes: file.size, date: localTime(new Date(file.lastModified)) },
    ...placeOf(path),
  };
  if (isPicture(file)) {
    yield file;
  } else if (file.type === 'application/pdf' || PDF.test(file.name)) {
    const { pages } = await import('./pdf.ts');
    for await (const { title, page, text, image } of pages(file)) {
      // A page with text is indexed by its text: the small model cannot read the letters in a picture of it.
      const content = text.length > 40 ? { text } : { image: await image() };
      yield { ...content, metadata: { ...common, kind: 'page', page, ...(title && { title }) } };
    }
  } else if (file.type.startsWith('video/')) {
    const { frames } = await import('./video.ts');
    for await (const { seconds, image } of frames(file)) {
      yield { image, metadata: { ...common, kind: 'frame', seconds } };
    }
  } else if (file.type.startsWith('text/') || TEXT.test(file.name)) {
    const text = (await file.slice(0, TEXT_BYTES).text()).trim();
    if (text !== '') yield { text, metadata: { ...common, kind: 'text' } };
  }
}

function isPicture({ type, name }: File): boolean {
  return type.startsWith('image/') || PICTURE.test(name);
}

function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function usable({ file }: Found): boolean {
  return (
    /^(image|video|text)\/|^application\/(pdf|json)$/.test(file.type) ||
    [TEXT, PDF, PICTURE].some((names) => names.test(file.name))
  );
}
