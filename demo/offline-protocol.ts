/** Messages between the page and its service worker. */
export type ToServiceWorker =
  | { type: 'take-over' }
  /** Cache all files except those whose path matches `except`. */
  | { type: 'keep'; except: string };

/** Sizes in bytes. */
export type FromServiceWorker =
  | { type: 'keeping'; kept: number; total: number }
  | { type: 'kept'; total: number }
  | { type: 'not-kept'; reason: string }
  /** A request for anything but the page's own files: the length of its URL plus that of its body. */
  | { type: 'sent'; bytes: number };
