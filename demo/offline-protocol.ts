/** What the page and its service worker tell each other. */
export type ToServiceWorker =
  | { type: 'take-over' }
  /** Keep all files, but for those whose path fits `except`. */
  | { type: 'keep'; except: string };

/** Sizes in bytes. */
export type FromServiceWorker =
  | { type: 'keeping'; kept: number; total: number }
  | { type: 'kept'; total: number }
  | { type: 'not-kept'; reason: string }
  /** A request that is not for one of the page's own files: length of its URL and its body. */
  | { type: 'sent'; bytes: number };
