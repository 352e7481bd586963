/** Byte progress of one load, over all its files and phases: `loaded` and `total` never decrease. */
import type { Device, LoadProgress } from '../../src/shared/types.ts';

export interface ProgressMeter {
  /** Adds a file to the total, or corrects its size upwards. `bytes` may be a guess. */
  expect(file: string, bytes: number): void;
  /** So many bytes of the file are here. A smaller figure than before (a file fetched again) stands still. */
  advance(file: string, loaded: number, source: 'network' | 'storage'): void;
  /** The sessions are being compiled; the counters stay where they are. */
  compile(): void;
  /** The end: everything that was expected counts as loaded. What is read later is not told. */
  ready(device: Device): void;
}

/** Milliseconds between events; a file's last byte and a new phase are always told. */
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
      if (ended) return;
      expect(file, bytes);
      const before = arrived.get(file) ?? 0;
      if (bytes <= before) return;
      arrived.set(file, bytes);
      loaded += bytes - before;
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
      loaded = total;
      emit({ phase: 'ready', loaded, total, device });
    },
  };
}
