/** Seeded pseudo-random numbers (mulberry32). */

/** A generator of numbers in [0, 1); the same seed gives the same sequence. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A sample of `count` values without replacement, in their order; all values if there are fewer. */
export function sampleOf<T>(values: readonly T[], count: number, random: () => number): T[] {
  let wanted = Math.min(count, values.length);
  return values.filter((_, i) => {
    const isTaken = random() * (values.length - i) < wanted;
    if (isTaken) wanted--;
    return isTaken;
  });
}
