/** Opens a model folder: from storage if it is known there, otherwise from the network. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { ModelRef } from '../../src/shared/protocol.ts';
import type { EmbedderWarning } from '../../src/shared/types.ts';
import { fetchTextWithRetries } from '../storage/fetch-text.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import { sha256Text } from '../storage/hash.ts';
import { canonical } from '../storage/keys.ts';
import { type FileTable, fileSpec, type ModelMetadata, tableOf } from '../storage/model-metadata.ts';
import type { ProgressMeter } from '../storage/progress.ts';
import type { WorkerStorage } from '../storage/storage.ts';
import type { Run } from '../storage/transfer.ts';
import { missing } from '../storage/weights.ts';
import { DERIVATION, deriveDescriptor } from './derive.ts';
import { parseDescriptor } from './descriptor.ts';
import type { JsonObject } from './families.ts';
import type { OpenedFolder } from './folder.ts';
import { probeFile, readListing } from './listing.ts';
import type { DescriptorPart } from './presets.ts';
import { type BuiltInModel, hubFolder, type Origins, resolveSource, type Source } from './source.ts';

export interface OpenContext extends Origins {
  storage: Pick<WorkerStorage<unknown, unknown>, 'weights' | 'modelMetadata' | 'sweep'>;
  fetcher: Fetcher;
  /** Aborts the load in any phase. */
  signal: AbortSignal;
  /** Shared by all folders of a load. */
  meter: ProgressMeter;
  onWarning: (warning: EmbedderWarning) => void;
}

/**
 * Needs no network if the folder is stored. A stored folder of the page's own origin is compared with the server's `tte.json` in
 * the background; a new revision is used from the next load on.
 * @throws TteError model-not-found | model-invalid | unsupported | download-failed | integrity | quota | aborted
 */
export async function openFolder(ref: ModelRef, context: OpenContext): Promise<OpenedFolder> {
  const { modelMetadata, sweep } = context.storage;
  const source = resolveSource(ref, context);
  if (source.builtIn) {
    const record = builtInRecord(source.url, source.builtIn);
    await modelMetadata.put(record);
    void sweep();
    return folderOf(record, source, context);
  }
  // Folders on this machine are read afresh every time.
  const stored = context.fetcher.isLocal(source.url) ? null : await modelMetadata.get(source.url);
  const record = stored && !isOutdated(stored) ? stored : await discover(source, stored, context);
  if (record === stored) void refresh(stored, context);
  else await modelMetadata.put(record);
  void sweep();
  return folderOf(record, source, context);
}

/** Everything about a model that comes with the package is in the worker's script. */
function builtInRecord(url: string, { texts, urls }: BuiltInModel): ModelMetadata {
  const descriptor = parseDescriptor(parseJson(new TextEncoder().encode(texts['tte.json']), url));
  return { url, base: url, urls, descriptor, knowledge: 'descriptor', absent: [] };
}

/** An earlier version of this package derived another descriptor from the folder. */
const isOutdated = ({ knowledge, derivation = 1 }: ModelMetadata): boolean =>
  knowledge !== 'descriptor' && derivation !== DERIVATION;

/** Without the network, the stored descriptor is used. */
async function discover(source: Source, stored: ModelMetadata | null, context: OpenContext) {
  try {
    return await discoverFolder(source, context);
  } catch (error) {
    if (stored && isTteError(error, 'download-failed')) return stored;
    throw error;
  }
}

/** Fetches the description of a folder that is not stored. */
async function discoverFolder(source: Source, context: OpenContext): Promise<ModelMetadata> {
  const { signal, storage, fetcher } = context;
  const listing = source.hub && (await readListing(fetcher, context.hubUrl, source.hub, signal));
  const base = source.hub && listing ? hubFolder(context.hubUrl, source.hub.id, listing.commit) : source.url;
  const own = !listing || listing.files['tte.json'] ? await readDescriptor(fetcher, base, signal) : null;
  if (own) return { url: source.url, base, descriptor: own, knowledge: 'descriptor', absent: [] };
  const files = listing?.files ?? {};
  const table: FileTable = { id: source.id, base, files, complete: listing !== null, absent: [] };
  const descriptor = await deriveDescriptor({
    id: source.id,
    base,
    revision: listing?.commit ?? null,
    license: listing?.license ?? null,
    files,
    json: async (path) => {
      const spec = fileSpec(table, path);
      const bytes = spec && (await storage.weights.whole(spec, context));
      return bytes && parseJson(bytes, `${source.id}/${path}`);
    },
    find: async (path) => (listing ? (files[path] ?? null) : probeFile(fetcher, base + path, signal)),
    digest: sha256Text,
  });
  return {
    url: source.url,
    base,
    descriptor,
    knowledge: listing ? 'listing' : 'probe',
    derivation: DERIVATION,
    absent: [],
  };
}

async function readDescriptor(
  fetcher: Fetcher,
  base: string,
  signal: AbortSignal,
): Promise<ModelDescriptor | null> {
  const text = await fetchTextWithRetries(fetcher, `${base}tte.json`, signal);
  return text === null ? null : parseDescriptor(parseJson(new TextEncoder().encode(text), `${base}tte.json`));
}

/** Errors are ignored, since the load does not depend on this. */
async function refresh(record: ModelMetadata, { fetcher, signal, storage }: OpenContext) {
  if (record.knowledge !== 'descriptor' || !fetcher.isOwn(record.base)) return;
  try {
    const descriptor = await readDescriptor(fetcher, record.base, signal);
    if (descriptor && canonical(descriptor) !== canonical(record.descriptor))
      await storage.modelMetadata.put({ ...record, descriptor });
  } catch {
    // Probably offline; the stored folder is usable.
  }
}

function folderOf(record: ModelMetadata, source: Source, context: OpenContext): OpenedFolder {
  const { weights, modelMetadata } = context.storage;
  const warned = new Set<string>();
  const onWarning = (warning: EmbedderWarning) => {
    if (!warned.has(warning.code)) context.onWarning(warning);
    warned.add(warning.code);
  };
  const run = (signal: AbortSignal): Run => ({ signal, meter: context.meter, onWarning });
  /** Prefetches by path, finished or pending. A failed one is not retried within the same load. */
  const prefetches = new Map<string, Promise<void>>();
  let absent = record.absent;
  const texts = source.builtIn?.texts ?? {};
  const spec = (path: string) => (path in texts ? null : fileSpec({ ...tableOf(record), absent }, path));

  /** Says what helps if a file of the package is missing. After an integrity error the stored descriptor may be stale: it is dropped, so that the next load fetches it again. */
  async function explain(error: unknown): Promise<never> {
    if (isTteError(error, 'integrity')) await modelMetadata.remove(record.url);
    if (source.builtIn && (isTteError(error, 'model-not-found') || isTteError(error, 'download-failed'))) {
      throw new TteError(error.code, `${error.message}. ${source.builtIn.advice}.`, { cause: error });
    }
    throw error;
  }

  async function whole(path: string) {
    const text = texts[path];
    if (text !== undefined) return new TextEncoder().encode(text);
    const file = spec(path);
    if (!file) return null;
    const read = async () => {
      await prefetches.get(path);
      return weights.whole(file, run(context.signal));
    };
    const bytes = await read().catch(explain);
    if (!bytes && source.builtIn) return explain(missing(file));
    if (!bytes && !(path in record.descriptor.files) && !needed.includes(path)) {
      absent = [...absent, path];
      await modelMetadata.put({ ...record, absent });
    }
    return bytes;
  }

  return {
    descriptor: withPart(record.descriptor, source.part),
    async json(path) {
      const bytes = await whole(path);
      return bytes && parseJson(bytes, `${record.descriptor.id}/${path}`);
    },
    async text(path) {
      const bytes = await whole(path);
      return bytes && new TextDecoder().decode(bytes);
    },
    async *chunks(path, signal) {
      const file = spec(path);
      if (!file) throw new TteError('model-not-found', `${record.descriptor.id} has no file ${path}`);
      try {
        await prefetches.get(path);
        yield* weights.chunks(file, run(signal));
      } catch (error) {
        await explain(error);
      }
    },
    prefetch(first, later, onDemand = []) {
      const begin = (paths: readonly string[], turn: Promise<unknown>) => {
        for (const path of paths) {
          const file = spec(path);
          if (!file) continue;
          context.meter.expect(file.name, file.hint);
          weights.hold(file);
          const fetched = turn.then(() => weights.fetch(file, run(context.signal)));
          fetched.catch(() => {}); // thrown to the reader and by `whenPrefetched`
          prefetches.set(path, fetched);
        }
      };
      begin(first, Promise.resolve());
      begin(later, Promise.allSettled(prefetches.values()));
      for (const file of onDemand.map(spec)) if (file) weights.hold(file);
    },
    async whenPrefetched() {
      await Promise.all(prefetches.values()).catch(explain);
    },
    async fetch(paths) {
      const files = paths.map(spec).filter((file) => file !== null);
      for (const file of files) context.meter.expect(file.name, file.hint);
      await Promise.all(files.map((file) => weights.fetch(file, run(context.signal)))).catch(explain);
    },
  };
}

/** Required files: their absence is never recorded, since no model works without them. */
const needed = ['config.json', 'tokenizer.json'];

function withPart(descriptor: ModelDescriptor, { embedding, ...part }: DescriptorPart): ModelDescriptor {
  const merged = { ...descriptor, ...part };
  return descriptor.embedding && embedding
    ? { ...merged, embedding: { ...descriptor.embedding, ...embedding } }
    : merged;
}

function parseJson(bytes: Uint8Array, name: string): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null) return value as JsonObject;
  } catch (cause) {
    throw new TteError('model-invalid', `${name} is not JSON`, { cause });
  }
  throw new TteError('model-invalid', `${name} is not a JSON object`);
}
