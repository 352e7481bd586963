/**
 * The one run queue over reasoner and embedder: two sessions at once fail on WebGPU, and on WASM only slow each other.
 * Jobs are short (a batch, a thought), so that a query need not wait for a whole collection.
 */
export interface Queue {
  /** Runs `job` when all earlier ones have ended, however they ended. Not started at all once `signal` has fired. */
  run<T>(job: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(job, signal) {
      const result = tail.then(() => {
        signal.throwIfAborted();
        return job();
      });
      tail = result.catch(() => {});
      return result;
    },
  };
}
