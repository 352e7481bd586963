/** Prompts share their beginning (system text, instruction): its cache is computed once and kept. */
import type { Tensor } from '../runtime/types.ts';
import { type Cache, disposeAll } from './cache.ts';

export interface Snapshot {
  ids: readonly number[];
  /** Owned by the prefix cache: a run that starts from it borrows it. */
  cache: Cache;
  /** Outputs kept for a head, by name, over the prefix; owned likewise. */
  kept: Readonly<Record<string, readonly Tensor[]>>;
}

export interface PrefixCache {
  /** The longest kept prefix of the prompt that leaves at least one token to compute. */
  find(prompt: readonly number[]): Snapshot | null;
  /** Takes over the snapshot's tensors; drops the one unused for longest when full. */
  put(snapshot: Snapshot): void;
  clear(): void;
}

/** Each entry holds keys and values of its tokens on the device: few are enough for a few instructions in turn. */
const ENTRIES = 3;

export function createPrefixCache(): PrefixCache {
  /** Most recently used last. */
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

/** How many leading items two lists have in common. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}
