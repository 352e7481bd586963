/** Groups texts of similar length into forward passes, to minimise padding. */

/** Maximum padded tokens per pass. Larger passes are no faster on WASM and delay aborts. */
const TOKENS_PER_PASS = 1024;
/** Padding of a text, in tokens, from which a pass of its own takes less time than computing the padding. */
const MOST_PADDING = 64;

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
    const fits = longest * (group ? group.length + 1 : 1) <= tokensPerPass;
    if (group && fits && longest - (lengths[index] as number) < MOST_PADDING) group.push(index);
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
