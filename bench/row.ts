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

/** One engine over one collection; milliseconds, bytes; null: it has no such figure. */
export interface SearchRow {
  name: string;
  size: number;
  dims: number;
  engine: string;
  p50: number;
  p95: number;
  /** Of the exact top 10. */
  recall: number | null;
  build: number;
  open: number | null;
  bytes: number | null;
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
