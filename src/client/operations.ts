/** What is under way on an open index, so that closing it waits for that, and nothing is begun afterwards. */
import { TteError } from '../shared/errors.ts';

export interface Operations {
  /** @throws TteError disposed: after `end` */
  run<T>(operation: () => Promise<T>): Promise<T>;
  /** Resolves when everything that was begun has settled. */
  end(): Promise<void>;
}

export function trackOperations(name: string): Operations {
  const pending = new Set<Promise<unknown>>();
  let hasEnded = false;
  return {
    async run(operation) {
      if (hasEnded) throw new TteError('disposed', `The index '${name}' was closed: open it again.`);
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
