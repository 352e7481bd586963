/** The calls that wait for one host, and how they end when it does. */
import type { TteError } from '../shared/errors.ts';

export interface PendingCalls {
  /** How many wait. */
  readonly count: number;
  readonly ended: boolean;
  /** Settles as `work` does, or rejects when the host ends first. After the end `work` is not begun. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects what waits, and everything that comes later. Only the first end counts. */
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
