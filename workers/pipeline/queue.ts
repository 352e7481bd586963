/**
 * The run queue shared by reasoner and embedder: two sessions at once fail on WebGPU, and on WASM they only slow each other down.
 * Jobs are short (a batch, a trace), so that a query need not wait for a whole collection.
 */
export interface Queue {
  /**
   * Runs `job` after the one that is running has ended, however it ended: urgent jobs before all others, each kind in order.
   * Rejects without starting it once `signal` has aborted.
   */
  run<T>(job: () => Promise<T>, signal: AbortSignal, urgent?: boolean): Promise<T>;
}

export function createQueue(): Queue {
  const urgent: (() => void)[] = [];
  const others: (() => void)[] = [];
  let busy = false;

  function next() {
    const start = urgent.shift() ?? others.shift();
    busy = start !== undefined;
    start?.();
  }

  return {
    async run(job, signal, isUrgent = false) {
      await new Promise<void>((start) => {
        (isUrgent ? urgent : others).push(start);
        if (!busy) next();
      });
      try {
        signal.throwIfAborted();
        return await job();
      } finally {
        next();
      }
    },
  };
}
