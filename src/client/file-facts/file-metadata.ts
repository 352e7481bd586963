/** The metadata of a file in an index: what the file says of itself. */
import type { Metadata } from '../../shared/index-types.ts';
import type { IndexItem } from '../index-types.ts';
import { part } from '../part.ts';

const TEXT_KINDS: readonly [kind: string, name: RegExp, type: RegExp][] = [
  ['markdown', /\.(md|mdx|markdown)$/i, /^text\/(x-)?markdown\b/],
  ['html', /\.x?html?$/i, /^(text\/html|application\/xhtml\+xml)\b/],
  ['csv', /\.[ct]sv$/i, /^text\/(csv|tab-separated-values)\b/],
];

/**
 * Fields that the file has nothing for are left out.
 * @param path within the folder that was added, or the file's name
 */
export async function fileMetadata(
  file: File,
  path: string,
  content: Pick<IndexItem, 'image'>,
): Promise<Metadata> {
  const isPicture = content.image !== undefined;
  const { taken, ...facts } = isPicture ? await (await part(import('./picture.ts'))).pictureFacts(file) : {};
  const modified = new Date(file.lastModified);
  const isDated = modified.getTime() >= 0 && modified.getFullYear() < 10_000;
  const date = taken ?? (isDated ? localTime(modified) : null);
  return {
    name: file.name,
    path,
    ...foldersOf(path),
    kind: isPicture ? 'image' : textKind(file),
    type: file.type,
    bytes: file.size,
    ...(date !== null && { date }),
    ...(isDated && { modified: modified.toISOString() }),
    ...facts,
  };
}

/** The names of the folders that a file lies in, outermost first; no field where it lies in none. */
export function foldersOf(path: string): { folders?: readonly string[] } {
  const folders = path.split('/').slice(0, -1).filter(Boolean);
  return folders.length > 0 ? { folders } : {};
}

function textKind({ name, type }: File): string {
  return TEXT_KINDS.find(([, names, types]) => names.test(name) || types.test(type))?.[0] ?? 'text';
}

/** As the clock on the wall has it, which is what EXIF has, too: the dates of all files compare. */
function localTime(date: Date): string {
  const minutes = date.getTimezoneOffset();
  return new Date(date.getTime() - minutes * 60_000).toISOString().slice(0, 19);
}
