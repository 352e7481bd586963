/** Gives searches priority over indexing: `add` yields between forward passes and uses smaller batches while a search is active. */

import { yieldToEventLoop } from '../yield-to-event-loop.ts';

/** Milliseconds after a search within which the user is assumed to be still typing. */
const TYPING_MS = 2000;
/** Milliseconds after the hits in which the page may request thumbnails or start the next search. */
const GRACE_MS = 20;
/** Maximum milliseconds to wait for searches, so that adding always makes progress. */
const MAX_WAIT_MS = 250;

export interface SearchPriority {
  /** Marks the start of a search. @returns a function to call when its first result is ready, or it has failed; repeated calls are ignored */
  begin(): () => void;
  /** Whether a search is running, or was a moment ago. */
  isSearchActive(): boolean;
  /**
   * Resolves when no search is waiting for its first result, or after the maximum wait. First yields to the event loop: a search
   * that arrived during a forward pass is only a message until then.
   */
  waitForSearches(): Promise<void>;
}

export function createSearchPriority(): SearchPriority {
  const running = new Set<Promise<void>>();
  let last = Number.NEGATIVE_INFINITY;
  return {
    begin() {
      last = performance.now();
      let end = () => {};
      const search = new Promise<void>((resolve) => {
        end = resolve;
      });
      running.add(search);
      return () => {
        setTimeout(() => {
          running.delete(search);
          end();
        }, GRACE_MS);
      };
    },
    isSearchActive: () => running.size > 0 || performance.now() - last < TYPING_MS,
    async waitForSearches() {
      await yieldToEventLoop();
      if (running.size === 0) return;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, MAX_WAIT_MS));
      await Promise.race([Promise.all(running), patience]);
    },
  };
}
