/** What is known of each model folder, so that a second visit needs no network. */
import type { FileInfo, ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { FileSpec } from './chunked-file.ts';
import type { Store } from './database.ts';
import { upgradeDescriptor } from './legacy.ts';

export interface ModelMetadata {
  /** Of the folder as it was asked for; the record's key. Ends with '/'. */
  url: string;
  /** Where its files are read: the same, or the hub's folder of one commit. */
  base: string;
  descriptor: ModelDescriptor;
  /**
   * `descriptor`: from `tte.json`, which names every file; `listing`: the hub told sizes and hashes;
   * `probe`: files were asked for one by one, sizes are guesses, and there may be more.
   */
  knowledge: 'descriptor' | 'listing' | 'probe';
  /** Version of what `models/derive.ts` makes of a folder; of a `tte.json` it is not asked. Absent: the first. */
  derivation?: number;
  /** Small files that were asked for and are not there. */
  absent: readonly string[];
}

export interface ModelMetadataStore {
  /** Null where there is none, or no store to ask. */
  get(url: string): Promise<ModelMetadata | null>;
  /** Where it cannot be stored, the next visit asks again. */
  put(record: ModelMetadata): Promise<void>;
  remove(url: string): Promise<void>;
  all(): Promise<ModelMetadata[]>;
}

const keyOf = (url: string) => `model/${url}`;

export function createModelMetadataStore(store: Store): ModelMetadataStore {
  return {
    get: async (url) => {
      const found = await store.get(keyOf(url)).catch(() => null);
      return isModelMetadata(found) ? upgraded(found) : null;
    },
    put: (record) => store.set([[keyOf(record.url), record]]).catch(() => {}),
    remove: (url) => store.remove([keyOf(url)]).catch(() => {}),
    all: async () =>
      (await store.entries('model/'))
        .map(([, value]) => value)
        .filter(isModelMetadata)
        .map(upgraded),
  };
}

/** The files of a folder, as far as they are known. */
export interface FileTable {
  /** Model id, for messages and progress. */
  id: string;
  base: string;
  files: Readonly<Record<string, FileInfo>>;
  /** Every file is listed, with its exact length. */
  complete: boolean;
  absent: readonly string[];
}

export function tableOf({ descriptor, base, knowledge, absent }: ModelMetadata): FileTable {
  return { id: descriptor.id, base, files: descriptor.files, complete: knowledge !== 'probe', absent };
}

/** How a file is fetched, checked and stored; null where the folder is known not to have it. */
export function fileSpec({ id, base, files, complete, absent }: FileTable, path: string): FileSpec | null {
  const info = files[path];
  if (absent.includes(path) || (complete && !info)) return null;
  const sha256 = info?.sha256 ?? null;
  const url = base + path;
  return {
    key: sha256 ? `sha256:${sha256}` : `url:${url}`,
    url,
    name: `${id}/${path}`,
    bytes: complete && info ? info.bytes : null,
    hint: info?.bytes ?? 0,
    sha256,
  };
}

/** Whether a stored file belongs to the folder. */
export function ownsFile(record: ModelMetadata, key: string): boolean {
  if (key.startsWith(`url:${record.base}`)) return true;
  return Object.values(record.descriptor.files).some(({ sha256 }) => key === `sha256:${sha256}`);
}

function isModelMetadata(value: unknown): value is ModelMetadata {
  return typeof value === 'object' && value !== null && 'descriptor' in value && 'knowledge' in value;
}

function upgraded(record: ModelMetadata): ModelMetadata {
  return { ...record, descriptor: upgradeDescriptor(record.descriptor) as ModelDescriptor };
}
