/** Caches decoder states of prompt prefixes (system text, instruction), which many prompts share. */
import type { Tensor } from '../runtime/types.ts';
import { type Cache, disposeAll } from './cache.ts';

export interface Snapshot {
  ids: readonly number[];
  /** Owned by the prefix cache; a run that starts from it borrows it. */
  cache: Cache;
  /** Outputs over the prefix that an embedding head reads, by name; owned likewise. */
  kept: Readonly<Record<string, readonly Tensor[]>>;
}

export interface PrefixCache {
  /** The longest cached prefix of the prompt that leaves at least one token to compute. */
  find(prompt: readonly number[]): Snapshot | null;
  /** Takes ownership of the snapshot's tensors; evicts the least recently used snapshot when full. */
  put(snapshot: Snapshot): void;
  clear(): void;
}

/** Few, since each entry holds keys and values on the device; enough for a few alternating instructions. */
const ENTRIES = 3;

export function createPrefixCache(): PrefixCache {
  /** Least recently used first. */
  let entries: Snapshot[] = [];
  const drop = (snapshot: Snapshot): void => {
    disposeAll(Object.values(snapshot.cache));
    disposeAll(Object.values(snapshot.kept).flat());
  };
  return {
    find(prompt) {
      const fits = entries.filter(
        ({ ids }) => ids.length < prompt.length && ids.every((id, i) => id === prompt[i]),
      );
      const best = fits.reduce<Snapshot | null>((a, b) => (a && a.ids.length >= b.ids.length ? a : b), null);
      if (best) entries = [...entries.filter((entry) => entry !== best), best];
      return best;
    },
    put(snapshot) {
      entries.push(snapshot);
      if (entries.length > ENTRIES) drop(entries.shift() as Snapshot);
    },
    clear() {
      entries.forEach(drop);
      entries = [];
    },
  };
}

/** Length of the common prefix of two lists. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}
