/** One row of the result; figures are medians, smaller is better. */
export interface Row {
  name: string;
  ours: number;
  theirs: number;
  peer: string;
  unit: string;
  /** theirs / ours. */
  ratio: number;
  threads: { ours: number; theirs: number };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
