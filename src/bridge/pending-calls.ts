/** The pending calls of one host; all reject when the host ends. */
import type { TteError } from '../shared/errors.ts';

export interface PendingCalls {
  /** Number of pending calls. */
  readonly count: number;
  readonly ended: boolean;
  /** Settles like `work`, or rejects if the host ends first. After the end `work` is not started. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects all pending and later calls. Only the first call has an effect. */
  end(reason: TteError): void;
}

export function createPendingCalls(): PendingCalls {
  const pending = new Set<(reason: TteError) => void>();
  let ended: TteError | undefined;
  return {
    get count() {
      return pending.size;
    },
    get ended() {
      return ended !== undefined;
    },
    run: (work) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        pending.add(reject); // not Promise.race with one long promise: that would keep every result alive
        work()
          .then(resolve, reject)
          .finally(() => pending.delete(reject));
      }),
    end(reason) {
      if (ended !== undefined) return;
      ended = reason;
      for (const reject of pending) reject(reason);
      pending.clear();
    },
  };
}
