/** Searches go first: whoever adds lets them pass between two forward passes, and keeps these short while somebody searches. */

/** So long after a search somebody is taken to be typing. */
const TYPING_MS = 2000;
/** So long after the hits: the page asks for their thumbnails now, or for the next letter's. */
const GRACE_MS = 20;
/** So long searches are waited for: adding goes on, slowly, however many there are. */
const MAX_WAIT_MS = 250;

export interface SearchPriority {
  /** A search has begun. @returns tells that its first result is there, or none will come; may be called again */
  begin(): () => void;
  /** Whether somebody is searching just now. */
  isSearchActive(): boolean;
  /** Resolves when no search waits for its first result, or has waited long enough. */
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
      if (running.size === 0) return;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, MAX_WAIT_MS));
      await Promise.race([Promise.all(running), patience]);
    },
  };
}
