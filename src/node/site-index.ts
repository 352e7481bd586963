/**
 * Builds an index file from a folder of documents. The file of the previous run serves as a cache: passages in it are not embedded
 * again, and passages whose text no longer exists are removed.
 */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { makeFolder } from '../../workers/platform/node/make-folder.ts';
import { sha256 } from '../../workers/storage/hash.ts';
import { canonical } from '../../workers/storage/keys.ts';
import { splitPassages } from '../../workers/text/passages.ts';
import { foldersOf } from '../client/file-facts/file-metadata.ts';
import { pictureFacts } from '../client/file-facts/picture.ts';
import type { IndexItem, VectorIndex } from '../client/index-types.ts';
import type { Embedder } from '../client/types.ts';
import { isTteError } from '../shared/errors.ts';
import type { Metadata } from '../shared/index-types.ts';
import type { ThinkMode } from '../shared/types.ts';
import { listSources, readDocument, type Source } from './documents/read.ts';

export interface SiteIndexOptions {
  folder: string;
  /** The file to write. */
  out: string;
  /** URL at which the folder's files are served: metadata `url` begins with it. */
  baseUrl: string;
  think: ThinkMode;
  maxTokens: number;
  overlap: number;
  onProgress: (progress: SiteProgress) => void;
}

export interface SiteProgress {
  phase: 'read' | 'embed';
  done: number;
  total: number;
  /** The current file or passage. */
  name: string;
}

export interface SiteReport {
  files: number;
  /** Items in the index. */
  items: number;
  embedded: number;
  unchanged: number;
  removed: number;
  failed: { path: string; reason: string }[];
  bytes: number;
  /** Why the earlier file could not be reused (another model, other options, damaged). Null if it was reused or did not exist. */
  startedOver: string | null;
}

/** An item and the path of the file it comes from. */
interface Wanted {
  item: IndexItem & { id: string; metadata: Metadata };
  path: string;
}

/** @throws TteError as `embedder.openIndex` and `add` do; Error: the folder cannot be read, the file cannot be written */
export async function buildSiteIndex(embedder: Embedder, options: SiteIndexOptions): Promise<SiteReport> {
  const { folder, out, think, onProgress } = options;
  const failed: SiteReport['failed'] = [];
  const sources = await listSources(folder);
  const wanted: Wanted[] = [];
  for (const [done, source] of sources.entries()) {
    onProgress({ phase: 'read', done, total: sources.length, name: source.path });
    try {
      wanted.push(...(await itemsOf(source, options)));
    } catch (error) {
      failed.push({ path: source.path, reason: (error as Error).message });
    }
  }

  const name = `site ${resolve(out)}`;
  await embedder.deleteIndex(name);
  const index = await embedder.openIndex(name, { think, thumbnails: 0 });
  try {
    const startedOver = await takeEarlier(index, out);
    const { embedded, unchanged, removed } = await bringUpToDate(index, wanted, failed, onProgress);
    const isChanged = embedded + removed > 0 || startedOver !== null || !(await exists(out));
    const bytes = isChanged ? await writeOut(index, out) : (await stat(out)).size;
    const items = await index.count();
    return { files: sources.length, items, embedded, unchanged, removed, failed, bytes, startedOver };
  } finally {
    await index.close();
    await embedder.deleteIndex(name);
  }
}

/** Imports the file of the earlier run. @returns why it cannot be reused, or null */
async function takeEarlier(index: VectorIndex, out: string): Promise<string | null> {
  if (!(await exists(out))) return null;
  try {
    await index.import(await openAsBlob(out));
    return null;
  } catch (error) {
    if (isTteError(error, 'space-mismatch') || isTteError(error, 'invalid-input')) return error.message;
    throw error;
  }
}

async function bringUpToDate(
  index: VectorIndex,
  wanted: readonly Wanted[],
  failed: SiteReport['failed'],
  onProgress: SiteIndexOptions['onProgress'],
) {
  const there = new Map((await index.list({ limit: await index.count() })).map((item) => [item.id, item]));
  const ids = new Set(wanted.map(({ item }) => item.id));
  const removed = await index.delete([...there.keys()].filter((id) => !ids.has(id)));
  const fresh: Wanted[] = [];
  for (const one of wanted) {
    const known = there.get(one.item.id);
    if (known === undefined) fresh.push(one);
    else if (canonical(known.metadata) !== canonical(one.item.metadata)) fresh.push(one);
  }
  const report = await index.add(
    fresh.map(({ item }) => item),
    {
      onProgress: ({ done, name }) => onProgress({ phase: 'embed', done, total: fresh.length, name }),
    },
  );
  for (const { index: at, reason } of report.failed) {
    failed.push({ path: fresh[at]?.path ?? '', reason: reason.message });
  }
  return {
    embedded: report.added + report.replaced,
    unchanged: wanted.length - fresh.length,
    removed,
  };
}

/** Ids are made from the content, so that a passage that moves within its file keeps its id. */
async function itemsOf(source: Source, options: SiteIndexOptions): Promise<Wanted[]> {
  const { path, kind, file } = source;
  const url = options.baseUrl + urlOf(path);
  const folders = foldersOf(path);
  if (kind === 'image') {
    const bytes = new Uint8Array(await readFile(file));
    const id = await idOf(path, bytes);
    const image = new Blob([bytes]);
    const { taken, ...facts } = await pictureFacts(image);
    const own = { ...facts, bytes: image.size, ...(taken && { date: taken }) };
    const metadata = { path, ...folders, url, title: basename(path), type: 'image', ...own };
    return [{ path, item: { id, image, metadata } }];
  }
  const { title, sections } = await readDocument({ ...source, kind });
  const met = new Set<string>();
  const wanted: Wanted[] = [];
  for (const { text, headings, anchor } of splitPassages(sections, options)) {
    const id = await idOf(path, new TextEncoder().encode(text));
    if (met.has(id)) continue; // the same passage occurs twice in this file
    met.add(id);
    const page = kind === 'pdf' && Number(anchor?.replace('page=', ''));
    const metadata = {
      path,
      ...folders,
      url: anchor === null ? url : `${url}#${encodeURI(anchor)}`,
      title: title ?? basename(path),
      ...(headings.length > 0 && { heading: headings.join(' › ') }),
      ...(page && { page }),
      type: kind,
    };
    wanted.push({ path, item: { id, text, metadata } });
  }
  return wanted;
}

async function idOf(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `${path}#${(await sha256(bytes)).slice(0, 16)}`;
}

/** `index.html` is addressed by its folder's URL. */
function urlOf(path: string): string {
  return encodeURI(path.replace(/(^|\/)index\.html?$/i, '$1')).replace(/[?#]/g, encodeURIComponent);
}

/** Writes to a temporary file first, so that the old file stays intact until the new one is complete. */
async function writeOut(index: VectorIndex, out: string): Promise<number> {
  const [file] = await index.export({ format: 'parquet' });
  const bytes = Buffer.from(await (file as File).arrayBuffer());
  await makeFolder(dirname(resolve(out)));
  const draft = `${out}.${randomUUID()}`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, out);
  } finally {
    await rm(draft, { force: true });
  }
  return bytes.byteLength;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
