/** Compares rankings, for `index.evaluateRecall()`. */
import type { MovedItem, RankingComparison } from '../../src/shared/index-report.ts';
import { mean } from '../statistics.ts';

/** Best first. */
export type Ranking = readonly { id: string; score: number }[];

/** Two rankings for one query, of at most k hits each. */
export interface RankingPair {
  before: Ranking;
  after: Ranking;
}

const MOVED = 10;

export function compareRankings(pairs: readonly RankingPair[], k: number): RankingComparison {
  const moves = new Map<string, { entered: number; left: number; changes: number[] }>();
  let [overlap, sameFirst] = [0, 0];
  for (const { before, after } of pairs) {
    const [was, is] = [rankOf(before), rankOf(after)];
    const shared = [...was.keys()].filter((id) => is.has(id)).length;
    overlap += before.length + after.length > 0 ? shared / Math.max(before.length, after.length) : 1;
    sameFirst += Number(before[0]?.id === after[0]?.id);
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const move = moves.get(id) ?? { entered: 0, left: 0, changes: [] };
      const [from, to] = [was.get(id), is.get(id)];
      if (from === undefined) move.entered++;
      else if (to === undefined) move.left++;
      else move.changes.push(from - to);
      moves.set(id, move);
    }
  }
  const changes = [...moves.values()].flatMap((move) => move.changes);
  const weight = ({ entered, left, rankDelta, id }: MovedItem) =>
    k * (entered + left) + Math.abs(rankDelta ?? 0) * (moves.get(id)?.changes.length ?? 0);
  const moved = [...moves].map(
    ([id, move]): MovedItem => ({
      id,
      entered: move.entered,
      left: move.left,
      rankDelta: move.changes.length > 0 ? mean(move.changes) : null,
    }),
  );
  return {
    overlap: overlap / Math.max(1, pairs.length),
    sameFirst: sameFirst / Math.max(1, pairs.length),
    rankChange: mean(changes.map(Math.abs)),
    moved: moved
      .filter((item) => weight(item) > 0)
      .sort((a, b) => weight(b) - weight(a))
      .slice(0, MOVED),
  };
}

/** Score difference at each rank to the exact ranking; an empty rank loses its whole score. */
export function scoreLoss(pairs: readonly RankingPair[]): { mean: number; largest: number } {
  const losses = pairs.flatMap(({ before, after }) =>
    before.map(({ score }, i) => score - (after[i]?.score ?? 0)),
  );
  return { mean: mean(losses), largest: losses.reduce((most, loss) => Math.max(most, loss), 0) };
}

/** Ranks from 1. */
function rankOf(ranking: Ranking): Map<string, number> {
  return new Map(ranking.map(({ id }, i) => [id, i + 1]));
}
