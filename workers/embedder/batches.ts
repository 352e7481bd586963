/** Groups texts of similar length into forward passes, to minimise padding. */

/** Maximum padded tokens per pass. Larger passes are no faster on WASM and delay aborts. */
const TOKENS_PER_PASS = 1024;

/**
 * @param lengths number of tokens of each text
 * @returns groups of indices with similar lengths, longest first, so that memory use peaks at the beginning
 */
export function planBatches(lengths: readonly number[], tokensPerPass = TOKENS_PER_PASS): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    const longest = group ? (lengths[group[0] as number] as number) : 0;
    if (group && longest * (group.length + 1) <= tokensPerPass) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

/** Milliseconds of work between two pauses in which other tasks of the worker can run. */
const PIECE_MS = 8;

/** Returns a function that long-running work calls often, and that tells when it is time to pause. */
export function pacer(now: () => number = () => performance.now()): () => boolean {
  let began = now();
  return () => {
    if (now() - began < PIECE_MS) return false;
    began = now();
    return true;
  };
}
