/** A session that is opened on first use; after a failure the next use tries again. */
import type { GraphSession } from '../runtime/types.ts';

export interface LazySession {
  get(): Promise<GraphSession>;
  /** Does nothing if it was never opened. */
  release(): Promise<void>;
}

export function lazySession(open: () => Promise<GraphSession>): LazySession {
  let opened: Promise<GraphSession> | null = null;
  return {
    get() {
      opened ??= open().catch((error) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    async release() {
      await opened?.then((graph) => graph.release());
    },
  };
}
