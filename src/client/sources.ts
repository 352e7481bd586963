/** Iterates over what `addFiles` is given: files with their paths, items, or the files of a directory. */
import { invalid } from '../shared/errors.ts';
import type { Metadata } from '../shared/index-types.ts';
import type { AddFilesOptions, FileSource, IndexItem } from './index-types.ts';

export interface Found {
  item: File | IndexItem;
  /** Path within the directory, or the file's name. */
  path: string;
}

/** Limit of characters read from a text file; models read only the first few hundred words. */
const TEXT_LIMIT = 1_000_000;
const TEXT_NAME = /\.(txt|md|markdown|csv|tsv|json|jsonl|xml|ya?ml|html?|tex|rst|org|log|srt|vtt)$/i;

export async function* listed(source: FileSource): AsyncGenerator<Found> {
  if (isDirectory(source)) {
    yield* filesOf(source, '');
    return;
  }
  const iterable =
    Symbol.iterator in source || Symbol.asyncIterator in source
      ? source
      : Array.from(source as ArrayLike<File>);
  for await (const item of iterable) yield { item, path: pathOf(item) };
}

/** Number of items; null if it is known only after iterating. */
export function totalOf(source: FileSource): number | null {
  return 'length' in source && typeof source.length === 'number' ? source.length : null;
}

/** The file as an item, or undefined if this kind of file cannot be embedded. */
export async function itemOf(
  file: File,
  path: string,
  { instruction, metadata }: Pick<AddFilesOptions, 'instruction' | 'metadata'>,
): Promise<IndexItem | undefined> {
  const content = await contentOf(file);
  if (content === undefined) return undefined;
  const fields: Metadata = {
    name: file.name,
    path,
    type: file.type,
    bytes: file.size,
    modified: new Date(file.lastModified).toISOString(),
    ...(typeof metadata === 'function' ? metadata(file, path) : metadata),
  };
  return { ...content, ...(instruction !== undefined && { instruction }), metadata: fields };
}

async function contentOf(file: File): Promise<Pick<IndexItem, 'image' | 'text'> | undefined> {
  if (file.type.startsWith('image/')) return { image: file };
  if (!file.type.startsWith('text/') && !TEXT_NAME.test(file.name)) return undefined;
  const text = (await file.slice(0, 4 * TEXT_LIMIT).text()).slice(0, TEXT_LIMIT);
  return text.includes('\0') ? undefined : { text };
}

async function* filesOf(directory: FileSystemDirectoryHandle, folder: string): AsyncGenerator<Found> {
  for await (const entry of directory.values()) {
    const path = `${folder}${entry.name}`;
    if (entry.kind === 'directory') yield* filesOf(entry, `${path}/`);
    else yield { item: await entry.getFile(), path };
  }
}

function isDirectory(source: FileSource): source is FileSystemDirectoryHandle {
  if (typeof source !== 'object' || source === null) {
    throw invalid('source: pass files, a directory handle, or an iterable of files and items.');
  }
  return 'kind' in source && source.kind === 'directory';
}

function pathOf(item: File | IndexItem): string {
  if (isFile(item)) return item.webkitRelativePath || item.name;
  return item.id ?? '';
}

/** Unlike `instanceof`, also works for files of an iframe. */
export function isFile(item: File | IndexItem): item is File {
  return Object.prototype.toString.call(item) === '[object File]';
}
