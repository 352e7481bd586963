/** Rankings of different kinds joined into one: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */

/**
 * An item scores the sum, over the rankings it is in, of 1 / (k + its rank); scores of the rankings themselves, which are not
 * comparable, do not count. Of equal scores the one met first comes first: the first ranking breaks ties.
 * @param rankings ids, best first, each at most once in a ranking
 * @param k how little the very first places stand out
 * @returns all ids, best first
 */
export function fuse(rankings: readonly (readonly string[])[], k = 60): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    for (const [i, id] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (k + i + 1));
  }
  return [...scores].sort(([, a], [, b]) => b - a).map(([id]) => id);
}
