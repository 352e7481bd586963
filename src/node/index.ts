/** The package in Node: the same embedder, over files. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHost } from '../../workers/create-host.ts';
import { defaultDataDir, nodePlatform } from '../../workers/platform/node/platform.ts';
import { openEmbedder } from '../client/embedder.ts';
import type { Embedder, EmbedderOptions } from '../client/types.ts';
import { connectLocally } from './connection.ts';
import { resolveUrl } from './resolve-url.ts';

export interface NodeEmbedderOptions extends EmbedderOptions {
  /**
   * Folder of models, indexes and caches.
   * @default `think-then-embed` in the user's cache folder
   */
  dataDir?: string;
}

/** Of the package as built, or of the repository. */
const BUILT_IN = ['../models/', '../../public/models/'].map((path) => new URL(path, import.meta.url));

/**
 * As in a page, in this process: paths of files and bytes are pictures as well, and what a page keeps in IndexedDB lies in a folder.
 * Vectors are those of a page (cosine at least 0.9999), so that an index made here is searched there.
 *
 * @throws TteError as in a page
 * @example
 * import { createEmbedder } from 'think-then-embed/node';
 * const tte = await createEmbedder();
 * const { vector } = await tte.embed({ image: 'photos/bee.jpg' }); // sharp installed
 * await tte.dispose();
 */
export async function createEmbedder(options: NodeEmbedderOptions = {}): Promise<Embedder> {
  const platform = nodePlatform({
    dataDir: options.dataDir ?? defaultDataDir(),
    modelsUrl: String(BUILT_IN.find((url) => existsSync(fileURLToPath(url))) ?? BUILT_IN[0]),
  });
  return openEmbedder(options, {
    connect: (onEnd) => connectLocally(createHost(platform), onEnd),
    resolveUrl,
  });
}

export { isTteError, TteError, type TteErrorCode } from '../shared/errors.ts';
