/** A page's worker. */

import { holdLivenessLock } from '../../../src/shared/liveness-lock.ts';
import { scriptUrl } from '../../runtime/assets.ts';
import { canShareMemory, defaultThreads, requestGpu } from '../../runtime/device.ts';
import { importWebGpu, startWasm } from '../../runtime/ort.ts';
import { createWasmRuntime, createWebGpuRuntime } from '../../runtime/runtime.ts';
import type { Platform } from '../types.ts';
import { builtInModel } from './built-in-models.ts';
import { browserDecoder } from './decoder.ts';
import { indexedDbStore } from './indexed-db.ts';
import { acquireLock } from './web-locks.ts';

export const browserPlatform: Platform = {
  runtimes: {
    defaultThreads,
    openCpu(options, assets = null) {
      const threads = canShareMemory() ? options.threads : 1;
      return createWasmRuntime({ ...options, threads }, startWasm(threads, assets));
    },
    async openGpu() {
      const gpu = await requestGpu();
      return { ...gpu, open: async (assets = null) => createWebGpuRuntime(gpu, await importWebGpu(assets)) };
    },
  },
  openStore: (name) => indexedDbStore(`think-then-embed/${name}`),
  fetcher: {
    fetch: (url, init) => fetch(url, init),
    isOwn: (url) => new URL(url).origin === location.origin,
    isLocal: () => false,
  },
  pictures: browserDecoder,
  acquire: acquireLock,
  async storageEstimate() {
    const { usage = null, quota = null } = (await navigator.storage?.estimate().catch(() => null)) ?? {};
    const persisted = (await navigator.storage?.persisted().catch(() => false)) ?? false;
    return { usage, quota, persisted };
  },
  openChannel: (name) => new BroadcastChannel(name),
  modelsUrl: new URL('../models/', scriptUrl()).href,
  builtInModel,
  holdLivenessLock,
};
