/** Fetching: the part of this folder, besides stores and locks, that the platform implements. */
export interface Fetcher {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Whether all request and response headers can be used: for a page its own origin, in Node every URL. */
  isOwn(url: string): boolean;
  /** Whether the file is on this machine, so that it is read in place and not stored again. */
  isLocal(url: string): boolean;
}
