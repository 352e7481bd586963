/** What `index.evaluateRecall()` finds: how far the rankings of two ways to search are apart, on the index' own items. */

/** An item and how it moved between two rankings, over all queries. */
export interface MovedItem {
  id: string;
  /** Queries for which it came in among the first k, or fell out. */
  entered: number;
  left: number;
  /** Mean of ranks gained (positive) or lost where it was in both; null: it never was. */
  rankDelta: number | null;
}

export interface RankingComparison {
  /** Mean share of the first k that both rankings have. */
  overlap: number;
  /** Share of queries with the same first hit. */
  sameFirst: number;
  /** Mean of ranks, up or down, by which hits in both rankings differ. */
  rankChange: number;
  /** What moved most, at most 10. */
  moved: readonly MovedItem[];
}

export interface RecallReport {
  items: number;
  topK: number;
  seed: number;
  /** The search as it is done against one that scores every item. */
  scan: RankingComparison & {
    queries: number;
    /** False: this index is small enough to be searched exactly, and the rest says so. */
    approximate: boolean;
    /** Score of the exact ranking's hit less that of the hit found in its place; mean and largest. */
    scoreLoss: { mean: number; largest: number };
    /** Medians in milliseconds. */
    ms: { exact: number; search: number };
  };
  /** The ranking with a thought against the one without. Null: this embedder cannot think in the worker, or no item has a text. */
  thinking: (RankingComparison & { queries: number; mode: 'answer' | 'full' }) | null;
}
