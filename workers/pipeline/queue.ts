/**
 * The one run queue over reasoner and embedder: two sessions at once fail on WebGPU, and on WASM only slow each other.
 * Jobs are short (a batch, a thought), so that a query need not wait for a whole collection.
 */
export interface Queue {
  /** Runs `job` when all earlier ones have ended, however they ended. Not started at all once `signal` has fired. */
  run<T>(job: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Resolves when nothing has run or waited for so long. */
  whenIdle(ms: number): Promise<void>;
}

export function createQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  let jobs = 0;
  let ended = performance.now();
  return {
    run(job, signal) {
      jobs++;
      const result = tail.then(() => {
        signal.throwIfAborted();
        return job();
      });
      tail = result
        .catch(() => {})
        .then(() => {
          jobs--;
          ended = performance.now();
        });
      return result;
    },
    async whenIdle(ms) {
      for (let left = ms; left > 0; left = jobs > 0 ? ms : ended + ms - performance.now()) {
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
  };
}
