/** Streaming top-k selection with a bounded min-heap. */

export interface Scored {
  row: number;
  score: number;
}

export interface TopK {
  /** The score that a new candidate must exceed. */
  floor(): number;
  /** Adds a candidate; a row with a NaN score is ignored. */
  offer(row: number, score: number): void;
  /** Best first; rows with equal scores in ascending order. */
  sorted(): Scored[];
}

/** A heap with the worst selected candidate on top. */
export function createTopK(k: number): TopK {
  const heap: Scored[] = [];
  const worse = (a: Scored, b: Scored) => a.score < b.score || (a.score === b.score && a.row > b.row);
  const at = (i: number) => heap[i] as Scored;
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [at(j), at(i)];
  };

  function sink() {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let worst = i;
      if (left < heap.length && worse(at(left), at(worst))) worst = left;
      if (right < heap.length && worse(at(right), at(worst))) worst = right;
      if (worst === i) return;
      swap(i, worst);
      i = worst;
    }
  }

  function rise(i: number) {
    const parent = (i - 1) >> 1;
    if (i === 0 || !worse(at(i), at(parent))) return;
    swap(i, parent);
    rise(parent);
  }

  return {
    floor: () => (heap.length < k ? Number.NEGATIVE_INFINITY : at(0).score),
    offer(row, score) {
      if (Number.isNaN(score)) return;
      if (heap.length < k) {
        heap.push({ row, score });
        rise(heap.length - 1);
      } else if (worse(at(0), { row, score })) {
        heap[0] = { row, score };
        sink();
      }
    },
    sorted: () => [...heap].sort((a, b) => (worse(a, b) ? 1 : -1)),
  };
}
