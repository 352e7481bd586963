/** Node: stores are files in a folder. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { TteError } from '../../../src/shared/errors.ts';
import type { RawPixels } from '../../images/decoder.ts';
import { createWasmRuntime } from '../../runtime/runtime.ts';
import type { Platform } from '../types.ts';
import { nodeFetch } from './fetcher.ts';
import { fileLocks } from './file-locks.ts';
import { fileStore } from './file-store.ts';
import { sharpDecoder } from './sharp.ts';
import { startWasm } from './wasm.ts';

export interface NodePlatformOptions {
  /** Folder for all stored data. */
  dataDir: string;
  modelsUrl: string;
  /** Decodes a picture file. @default sharp, if it is installed */
  decodeImage?: ((file: Uint8Array<ArrayBuffer>) => Promise<RawPixels>) | undefined;
}

export function nodePlatform({ dataDir, modelsUrl, decodeImage }: NodePlatformOptions): Platform {
  const folder = resolve(dataDir);
  return {
    runtimes: {
      defaultThreads: () => 1,
      openCpu: (options) => createWasmRuntime(options, startWasm(options.threads)),
      openGpu: async () => {
        throw new TteError('unsupported', 'There is no WebGPU in Node: use device "wasm".');
      },
    },
    openStore: (name) => fileStore(join(folder, name)),
    fetcher: {
      fetch: nodeFetch,
      isOwn: () => true,
      isLocal: (url) => url.startsWith('file:'),
    },
    pictures: {
      ...sharpDecoder,
      ...(decodeImage && {
        decode: async (_, bytes) => decodeImage(bytes.slice()), // it may keep or transfer them
      }),
    },
    acquire: fileLocks(join(folder, 'locks')),
    storageEstimate: async () => ({ usage: null, quota: null, persisted: true }), // a full disk shows as an error while writing
    openChannel(name) {
      const channel = new BroadcastChannel(name) as BroadcastChannel & { unref(): void };
      channel.unref(); // must not keep the process alive
      return channel;
    },
    modelsUrl,
    holdLivenessLock: async () => false,
  };
}

/** The user's cache folder on this system. */
export function defaultDataDir(): string {
  const { env, platform } = process;
  const home = homedir();
  const caches =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : (env.XDG_CACHE_HOME ?? join(home, '.cache'));
  return join(caches, 'think-then-embed');
}
