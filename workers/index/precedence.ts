/** Searches go first: whoever adds lets them pass between two forward passes, and keeps these short while somebody searches. */

/** So long after a search somebody is taken to be typing. */
const TYPING_MS = 2000;
/** So long after the hits: the page asks for their thumbnails now, or for the next letter's. */
const GRACE_MS = 20;
/** So long searches are waited for: adding goes on, slowly, however many there are. */
const PATIENCE_MS = 250;

export interface Precedence {
  /** A search has begun. @returns tells that its first result is there, or none will come; may be called again */
  begin(): () => void;
  /** Whether somebody is searching just now. */
  isSearched(): boolean;
  /** Resolves when no search waits for its first result, or has waited long enough. */
  clear(): Promise<void>;
}

export function createPrecedence(): Precedence {
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
    isSearched: () => running.size > 0 || performance.now() - last < TYPING_MS,
    async clear() {
      if (running.size === 0) return;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
      await Promise.race([Promise.all(running), patience]);
    },
  };
}
