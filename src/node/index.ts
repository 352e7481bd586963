/** The package's entry point for Node: the same embedder and indexes, kept in files. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHost } from '../../workers/create-host.ts';
import { defaultDataDir, nodePlatform } from '../../workers/platform/node/platform.ts';
import { connectLocally } from '../bridge/local-connection.ts';
import { checkCommonOptions } from '../client/common-options.ts';
import { createDetachedIndexes, type DetachedIndexes } from '../client/detached.ts';
import { openEmbedder } from '../client/embedder.ts';
import type { DetachedIndexOptions, VectorIndex } from '../client/index-types.ts';
import type { ClientPlatform } from '../client/platform.ts';
import type { DecodedImage, Embedder, EmbedderOptions } from '../client/types.ts';
import { invalid } from '../shared/errors.ts';
import type { StorageReport } from '../shared/types.ts';
import { resolveUrl } from './resolve-url.ts';

export interface DataOptions {
  /**
   * Folder of models, indexes and caches.
   * @default the folder `think-then-embed` in the user's cache folder
   */
  dataDir?: string;
}

export interface NodeEmbedderOptions extends EmbedderOptions, DataOptions {
  /**
   * Decodes a picture file: upright, 8-bit RGBA, colours not multiplied by alpha, no colour profile applied.
   * @default sharp, if it is installed
   */
  decodeImage?: (file: Uint8Array<ArrayBuffer>) => Promise<DecodedImage>;
}

/** The folder of built-in models: in the built package, or in this repository. */
const BUILT_IN = ['../models/', '../../public/models/'].map((path) => new URL(path, import.meta.url));

/** @throws TteError invalid-input: an empty path would be the current folder */
function dataDirOf({ dataDir }: DataOptions): string {
  if (dataDir === '') throw invalid("options.dataDir: pass the path of a folder, such as './data'.");
  return dataDir ?? defaultDataDir();
}

/** Runs the host in this process, with its data in a folder. */
function clientPlatform(options: NodeEmbedderOptions): ClientPlatform {
  const { decodeImage } = options;
  const dataDir = dataDirOf(options);
  const modelsUrl = String(BUILT_IN.find((url) => existsSync(fileURLToPath(url))) ?? BUILT_IN[0]);
  const platform = nodePlatform({ dataDir, modelsUrl, decodeImage });
  return { connect: (onEnd) => connectLocally(createHost(platform), onEnd), resolveUrl };
}

/**
 * Loads the models into this process. File paths and bytes are accepted as images, and everything that a page keeps in IndexedDB is
 * kept in `dataDir`. Vectors equal those of a page (cosine at least 0.9999), so an index made in Node can be searched in a page.
 *
 * @throws TteError as the function of the same name for pages
 * @example
 * import { createEmbedder } from 'think-then-embed/node';
 * const tte = await createEmbedder();
 * const { vector } = await tte.embed({ image: 'photos/bee.jpg' }); // needs sharp
 * await tte.dispose();
 */
export async function createEmbedder(options: NodeEmbedderOptions = {}): Promise<Embedder> {
  return openEmbedder(options, clientPlatform);
}

const indexes = new Map<string, DetachedIndexes>();

async function indexesIn(options: DataOptions): Promise<DetachedIndexes> {
  await checkCommonOptions(options);
  const dataDir = dataDirOf(options);
  const known = indexes.get(dataDir) ?? createDetachedIndexes(clientPlatform({ dataDir }));
  indexes.set(dataDir, known);
  return known;
}

/** Opens an index without loading a model. @throws TteError as the function of the same name for pages */
export async function openIndex(
  name: string,
  options: DetachedIndexOptions & DataOptions = {},
): Promise<VectorIndex> {
  return (await indexesIn(options)).openIndex(name, options);
}

/** Lists the indexes in `dataDir` with their spaces and sizes. */
export async function listIndexes(options: DataOptions = {}): Promise<StorageReport['indexes']> {
  return (await indexesIn(options)).listIndexes();
}

/** Deletes an index; does nothing if there is none of that name. */
export async function deleteIndex(name: string, options: DataOptions = {}): Promise<void> {
  return (await indexesIn(options)).deleteIndex(name);
}

export type { DecodedImage } from '../client/types.ts';
export { cosineSimilarity, topK } from '../client/vectors.ts';
export { isTteError, TteError, type TteErrorCode } from '../shared/errors.ts';
