/** Stored metadata of model folders, so that a second visit needs no network. */
import type { FileInfo, ModelDescriptor, Packed } from '../../src/shared/descriptor.ts';
import { type FileSpec, type PackedSpec, packedKey } from './chunked-file.ts';
import type { Store } from './database.ts';
import { upgradeDescriptor } from './legacy.ts';

export interface ModelMetadata {
  /** URL of the folder as requested; the key of the record. Ends with '/'. */
  url: string;
  /** Base URL of its files: the same, or the hub's folder of one commit. */
  base: string;
  /** URLs of files that are not at their path below `base`, by path. */
  urls?: Readonly<Record<string, string>>;
  descriptor: ModelDescriptor;
  /**
   * Origin of the file list. `descriptor`: `tte.json`, which is complete; `listing`: the hub's API, with sizes and hashes;
   * `probe`: files were probed one by one, so sizes are estimates and there may be more files.
   */
  knowledge: 'descriptor' | 'listing' | 'probe';
  /** Version of the derivation in `models/derive.ts`, ignored for a `tte.json`. Absent: the first. */
  derivation?: number;
  /** Small files that were requested and do not exist. */
  absent: readonly string[];
}

export interface ModelMetadataStore {
  /** Null if there is none, or the store fails. */
  get(url: string): Promise<ModelMetadata | null>;
  /** Does not fail: if it cannot be stored, the next visit fetches it again. */
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

/** The known files of a folder. */
export interface FileTable {
  /** Model id, for messages and progress. */
  id: string;
  base: string;
  urls?: ModelMetadata['urls'] | undefined;
  files: Readonly<Record<string, FileInfo>>;
  /** Whether every file is listed with its exact length. */
  complete: boolean;
  absent: readonly string[];
}

export function tableOf({ descriptor, base, urls, knowledge, absent }: ModelMetadata): FileTable {
  return { id: descriptor.id, base, urls, files: descriptor.files, complete: knowledge !== 'probe', absent };
}

/** The spec by which a file is fetched, verified and stored; null if the folder does not have it. */
export function fileSpec(table: FileTable, path: string): FileSpec | null {
  const { id, base, urls, files, complete, absent } = table;
  const info = files[path];
  if (absent.includes(path) || (complete && !info)) return null;
  const sha256 = info?.sha256 ?? null;
  const packed = info?.gzip;
  const url = urls?.[path] ?? `${base}${path}${packed ? '.gz' : ''}`;
  return {
    key: sha256 ? `sha256:${sha256}` : `url:${url}`,
    url,
    name: `${id}/${path}`,
    bytes: complete && info ? info.bytes : null,
    hint: info?.bytes ?? 0,
    sha256,
    ...(packed && { packed: packedSpec(table, packed) }),
  };
}

function packedSpec(table: FileTable, { bytes, sha256, base: path }: Packed): PackedSpec {
  const base = path === undefined ? null : fileSpec(table, path);
  return { bytes, sha256, ...(base && { base }) };
}

/** Whether a stored file belongs to the folder. */
export function ownsFile(record: ModelMetadata, key: string): boolean {
  if (key.startsWith(`url:${record.base}`)) return true;
  return Object.values(record.descriptor.files).some(
    ({ sha256 }) => key === `sha256:${sha256}` || key === packedKey(`sha256:${sha256}`),
  );
}

function isModelMetadata(value: unknown): value is ModelMetadata {
  return typeof value === 'object' && value !== null && 'descriptor' in value && 'knowledge' in value;
}

function upgraded(record: ModelMetadata): ModelMetadata {
  return { ...record, descriptor: upgradeDescriptor(record.descriptor) as ModelDescriptor };
}
