/**
 * What the core needs of the place it runs in: four interfaces, and the little else that differs. There are two such places, a page's
 * worker (`browser/`) and Node (`node/`); nothing outside these folders knows which it is.
 */

import type { PictureDecoder } from '../images/decoder.ts';
import type { CpuOptions } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Store } from '../storage/database.ts';
import type { Acquire } from '../storage/locks.ts';

export interface Platform {
  readonly runtimes: RuntimeProvider;
  /** A key-value store of its own, kept under a name. Nothing is made before the first use. */
  openStore(name: string): Store;
  readonly fetcher: Fetcher;
  readonly pictures: PictureDecoder;
  /** Locks that hold across all workers and processes over the same stores. */
  readonly acquire: Acquire;
  /** Room for what is stored, as far as the place tells. */
  storageEstimate(): Promise<StorageEstimate>;
  /** Tells the others over the same stores of something. */
  openChannel(name: string): Channel;
  /** URL of the folder with the built-in models, ending with `/`. */
  readonly modelsUrl: string;
  /** `HostApi.holdLivenessLock`. */
  holdLivenessLock(name: string): Promise<boolean>;
}

export interface RuntimeProvider {
  /** As many threads of the CPU as large work gains from. */
  defaultThreads(): number;
  /** A runtime on the CPU. That it does not start is told to whoever opens a graph. */
  openCpu(options: CpuOptions): Runtime;
  /** @throws TteError unsupported: there is no usable GPU */
  openGpu(): Promise<Gpu>;
}

export interface Gpu {
  /** Of the adapter, as far as it is told: results may differ from one to another. */
  readonly name: string;
  readonly shaderF16: boolean;
  /** Resolves with the reason when the device is gone for good; never rejects. */
  readonly lost: Promise<string>;
  open(): Promise<Runtime>;
}

export interface Fetcher {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Whether any header may be sent there and every header of its answers is seen: a page's own origin, or no page at all. */
  isOwn(url: string): boolean;
  /** Whether the file lies on this machine, so that it is read where it is and not stored again. */
  isLocal(url: string): boolean;
}

/** Null: not told. */
export interface StorageEstimate {
  usage: number | null;
  quota: number | null;
  persisted: boolean;
}

export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}
