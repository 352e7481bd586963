/** What is behind a URL: the platform's part of this folder, beside its stores and locks. */
export interface Fetcher {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Whether any header may be sent there and every header of its answers is seen: a page's own origin, or no page at all. */
  isOwn(url: string): boolean;
  /** Whether the file lies on this machine, so that it is read where it is and not stored again. */
  isLocal(url: string): boolean;
}
