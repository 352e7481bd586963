/** Result of `index.evaluateRecall()`: how far two rankings differ, on the items of the index. */

/** How an item moved between two rankings, over all queries. */
export interface MovedItem {
  id: string;
  /** Number of queries for which it entered or left the top k. */
  entered: number;
  left: number;
  /** Mean of ranks gained (positive) or lost over queries with it in both rankings; null if there are none. */
  rankDelta: number | null;
}

export interface RankingComparison {
  /** Mean share of the top k that both rankings contain. */
  overlap: number;
  /** Share of queries with the same first hit. */
  sameFirst: number;
  /** Mean absolute rank difference of hits in both rankings. */
  rankChange: number;
  /** The items that moved most, at most 10. */
  moved: readonly MovedItem[];
}

export interface RecallReport {
  items: number;
  topK: number;
  seed: number;
  /** The search as used, compared with an exhaustive one. */
  scan: RankingComparison & {
    queries: number;
    /** False if the index is small enough to be searched exhaustively; both rankings are then equal. */
    approximate: boolean;
    /** Score of the exact hit minus that of the hit found at the same rank; mean and maximum. */
    scoreLoss: { mean: number; largest: number };
    /** Medians in milliseconds. */
    ms: { exact: number; search: number };
  };
  /** The ranking with a trace, compared with the one without. Null if there is no local reasoner, or no item has a text. */
  thinking: (RankingComparison & { queries: number; mode: 'answer' | 'full' }) | null;
}
