/** Iterates over a source of `addFiles`: files with their paths, items, or the files of a directory. */
import { invalid } from '../shared/errors.ts';
import type { Metadata } from '../shared/index-types.ts';
import { contentOf } from './file-content.ts';
import { fileMetadata } from './file-facts/file-metadata.ts';
import type { AddFilesOptions, FileSource, IndexItem } from './index-types.ts';

export interface Found {
  /** Path within the directory, the name of a single file, or the id of an item. */
  path: string;
  /** Reads it, when it is its turn. @throws the error of reading it */
  open: () => File | IndexItem | Promise<File | IndexItem>;
}

const ITERABLE = [Symbol.iterator, Symbol.asyncIterator, 'length'];

/** @throws what an iterable throws; unreadable entries and folders throw only when they are opened */
export async function* listed(source: FileSource): AsyncGenerator<Found> {
  if (isDirectory(source)) {
    yield* filesOf(source, '');
    return;
  }
  for await (const item of iterableOf(source)) yield { path: pathOf(item), open: () => item };
}

function iterableOf(source: Exclude<FileSource, FileSystemDirectoryHandle>) {
  if (Symbol.iterator in source || Symbol.asyncIterator in source) return source;
  if (isFile(source)) return [source];
  return Array.from(source);
}

/** Number of items; null if it is known only after iterating. @throws TteError invalid-input: not a source */
export function totalOf(source: FileSource): number | null {
  const isSource =
    typeof source === 'object' &&
    source !== null &&
    (isDirectory(source) || isFile(source) || ITERABLE.some((key) => key in source));
  if (!isSource) throw invalid('source: pass files, a directory handle, or an iterable of files and items.');
  return 'length' in source && typeof source.length === 'number' ? source.length : null;
}

/** The file as an item. @throws TteError as `contentOf` */
export async function itemOf(
  file: File,
  path: string,
  { instruction, metadata }: Pick<AddFilesOptions, 'instruction' | 'metadata'>,
): Promise<IndexItem> {
  const content = await contentOf(file, path);
  const fields: Metadata = {
    ...(await fileMetadata(file, path, content)),
    ...(typeof metadata === 'function' ? metadata(file, path) : metadata),
  };
  return { ...content, ...(instruction !== undefined && { instruction }), metadata: fields };
}

async function* filesOf(directory: FileSystemDirectoryHandle, folder: string): AsyncGenerator<Found> {
  try {
    for await (const entry of directory.values()) {
      const path = `${folder}${entry.name}`;
      if (entry.kind === 'directory') yield* filesOf(entry, `${path}/`);
      else yield { path, open: () => entry.getFile() };
    }
  } catch (error) {
    yield { path: folder || directory.name, open: () => Promise.reject(error) };
  }
}

function isDirectory(source: FileSource): source is FileSystemDirectoryHandle {
  return 'kind' in source && source.kind === 'directory';
}

function pathOf(item: File | IndexItem | null | undefined): string {
  if (isFile(item)) return item.webkitRelativePath || item.name;
  return typeof item?.id === 'string' ? item.id : '';
}

/** Unlike `instanceof`, also works for files of an iframe. */
export function isFile(item: unknown): item is File {
  return Object.prototype.toString.call(item) === '[object File]';
}

/** A file or a blob. */
export function isBlob(item: unknown): item is Blob {
  return isFile(item) || Object.prototype.toString.call(item) === '[object Blob]';
}
