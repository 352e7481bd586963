/** Pending calls by id, so that `cancel(id)` can abort them: an AbortSignal cannot be sent to a worker. */
import { TteError } from '../../src/shared/errors.ts';

export interface Requests {
  /** Runs a call with a signal that is aborted by `cancel`, or by the call itself through `abort`. */
  run<T>(id: number, body: (signal: AbortSignal, abort: (reason: unknown) => void) => Promise<T>): Promise<T>;
  /** Ignores unknown and finished ids, since the message may cross the answer. */
  cancel(id: number): void;
  cancelAll(): void;
}

export function createRequests(): Requests {
  const pending = new Map<number, AbortController>();
  return {
    async run(id, body) {
      const controller = new AbortController();
      pending.set(id, controller);
      try {
        return await body(controller.signal, (reason) => controller.abort(reason));
      } finally {
        pending.delete(id);
      }
    },
    cancel(id) {
      pending.get(id)?.abort(new TteError('aborted', 'The call was aborted.'));
    },
    cancelAll() {
      for (const id of [...pending.keys()]) this.cancel(id);
    },
  };
}
