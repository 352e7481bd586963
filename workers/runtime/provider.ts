/** Where runtimes come from: the platform's part of this folder. */
import type { AssetsUrl } from './assets.ts';
import type { CpuOptions } from './runtime.ts';
import type { Runtime } from './types.ts';

export interface RuntimeProvider {
  /** As many threads of the CPU as large work gains from. */
  defaultThreads(): number;
  /** A runtime on the CPU. That it does not start is told to whoever opens a graph. */
  openCpu(options: CpuOptions, assets?: AssetsUrl): Runtime;
  /** @throws TteError unsupported: there is no usable GPU */
  openGpu(): Promise<Gpu>;
}

export interface Gpu {
  /** Of the adapter, as far as it is told: results may differ from one to another. */
  readonly name: string;
  readonly shaderF16: boolean;
  /** Resolves with the reason when the device is gone for good; never rejects. */
  readonly lost: Promise<string>;
  open(assets?: AssetsUrl): Promise<Runtime>;
}
