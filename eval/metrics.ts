/** Quality metrics, from 0 to 100. */
import { dot } from '../workers/embedder/vector.ts';

export type Metric = 'hit@1' | 'hit@5' | 'recall@10' | 'nDCG@10';

/** Indices of the targets, most similar first. Vectors must have unit length. */
export function ranking(query: Float32Array, targets: readonly Float32Array[]): number[] {
  const scores = targets.map((target) => dot(query, target));
  return scores.map((_, at) => at).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/**
 * The score of one query. `hit@k` and `recall@10`: whether a relevant target is among the first k, which equals recall if there is a
 * single relevant target. `nDCG@10` uses grades as gains, as trec_eval does.
 */
export function score(
  metric: Metric,
  ranked: readonly number[],
  relevant: ReadonlyMap<number, number>,
): number {
  if (metric === 'nDCG@10') {
    const gain = (gains: readonly number[]) =>
      gains.slice(0, 10).reduce((sum, value, rank) => sum + value / Math.log2(rank + 2), 0);
    const ideal = gain([...relevant.values()].sort((a, b) => b - a));
    return (100 * gain(ranked.slice(0, 10).map((at) => relevant.get(at) ?? 0))) / ideal;
  }
  const depth = Number(metric.split('@')[1]);
  return ranked.slice(0, depth).some((at) => (relevant.get(at) ?? 0) > 0) ? 100 : 0;
}

/** Spearman's rank correlation × 100; ties share their mean rank. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length + 1) / 2;
  let [product, squareX, squareY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - mean, (y[i] as number) - mean];
    product += dx * dy;
    squareX += dx * dx;
    squareY += dy * dy;
  }
  return (100 * product) / Math.sqrt(squareX * squareY);
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++;
    for (let at = from; at <= to; at++) result[order[at] as number] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}
