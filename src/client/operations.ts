/** Tracks the running operations of an open index, so that closing it waits for them and refuses new ones. */
import { TteError } from '../shared/errors.ts';

export interface Operations {
  /** @throws TteError disposed: after `end` */
  run<T>(operation: () => Promise<T>): Promise<T>;
  /** Resolves when all operations have settled. */
  end(): Promise<void>;
}

export function trackOperations(name: string): Operations {
  const pending = new Set<Promise<unknown>>();
  let hasEnded = false;
  return {
    async run(operation) {
      if (hasEnded) throw new TteError('disposed', `The index '${name}' was closed. Open it again.`);
      const running = operation();
      pending.add(running);
      try {
        return await running;
      } finally {
        pending.delete(running);
      }
    },
    async end() {
      hasEnded = true;
      await Promise.allSettled(pending);
    },
  };
}
