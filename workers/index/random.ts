/** Chance that can be had again. */

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` of the values, each at most once, in their order; all of them where there are no more. */
export function sampleOf<T>(values: readonly T[], count: number, random: () => number): T[] {
  let wanted = Math.min(count, values.length);
  return values.filter((_, i) => {
    const isTaken = random() * (values.length - i) < wanted;
    if (isTaken) wanted--;
    return isTaken;
  });
}
