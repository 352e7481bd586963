/** The interface through which the platform provides runtimes. */
import type { AssetsUrl } from './assets.ts';
import type { CpuOptions } from './runtime.ts';
import type { Runtime } from './types.ts';

export interface RuntimeProvider {
  /** Number of CPU threads from which large work profits. */
  defaultThreads(): number;
  /** A runtime on the CPU. If it does not start, opening a graph throws. */
  openCpu(options: CpuOptions, assets?: AssetsUrl): Runtime;
  /** @throws TteError unsupported: there is no usable GPU */
  openGpu(): Promise<Gpu>;
}

export interface Gpu {
  /** Name of the adapter, as far as it is known: results may differ between adapters. */
  readonly name: string;
  readonly shaderF16: boolean;
  /** Resolves with the reason when the device is gone for good; never rejects. */
  readonly lost: Promise<string>;
  open(assets?: AssetsUrl): Promise<Runtime>;
}
