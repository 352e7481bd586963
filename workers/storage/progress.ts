/** Tracks the progress of a load over all files and phases; `loaded` and `total` never decrease. */
import type { Device, LoadProgress } from '../../src/shared/types.ts';

export interface ProgressMeter {
  /** Adds a file to the total, or increases its size. `bytes` may be an estimate. */
  expect(file: string, bytes: number): void;
  /** Reports the loaded bytes of a file. A smaller number than before (a file that is fetched again) has no effect. */
  advance(file: string, loaded: number, source: 'network' | 'storage'): void;
  /** Reports that sessions are being compiled; the counters do not change. */
  compile(): void;
  /** Ends the load: everything expected counts as loaded. Later downloads are reported, reads are not. */
  ready(device: Device): void;
}

/** Milliseconds between events; the last byte of a file and a new phase are always reported. */
const interval = 33;

export function createProgressMeter(
  emit: (progress: LoadProgress) => void,
  now = () => performance.now(),
): ProgressMeter {
  const sizes = new Map<string, number>();
  const arrived = new Map<string, number>();
  let total = 0;
  let loaded = 0;
  let last = Number.NEGATIVE_INFINITY;
  let ended = false;

  function expect(file: string, bytes: number) {
    const before = sizes.get(file) ?? 0;
    if (bytes <= before) return;
    sizes.set(file, bytes);
    total += bytes - before;
  }

  return {
    expect,
    advance(file, bytes, source) {
      expect(file, bytes);
      const before = arrived.get(file) ?? 0;
      if (bytes <= before) return;
      arrived.set(file, bytes);
      loaded += bytes - before;
      if (ended && source === 'storage') return;
      const done = bytes === sizes.get(file);
      if (!done && now() - last < interval) return;
      last = now();
      emit({ phase: 'download', file, loaded, total, source });
    },
    compile() {
      emit({ phase: 'compile', loaded, total });
    },
    ready(device) {
      ended = true;
      for (const [file, bytes] of sizes) arrived.set(file, bytes);
      loaded = total;
      emit({ phase: 'ready', loaded, total, device });
    },
  };
}
