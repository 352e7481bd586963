/** Combines rankings by reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */

/**
 * The score of an item is the sum of 1 / (k + rank) over the rankings that contain it. The rankings' own scores are not
 * comparable and are not used. Ties are broken by the first ranking.
 * @param rankings ids, best first, each at most once in a ranking
 * @param k smoothing constant; a larger value gives the top ranks less weight
 * @returns all ids, best first
 */
export function fuse(rankings: readonly (readonly string[])[], k = 60): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    for (const [i, id] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (k + i + 1));
  }
  return [...scores].sort(([, a], [, b]) => b - a).map(([id]) => id);
}
