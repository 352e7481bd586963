/** The services that the client needs from its platform: a page (`page.ts`) or Node. */
import type { Connection } from '../bridge/connection.ts';

export interface ClientPlatform {
  /**
   * Starts a host, in a worker or in this process. `onEnd` is called once when it ends, for whatever reason.
   * @param workerUrl of the worker's script; null: where the application's bundler put it
   */
  connect(onEnd: () => void, workerUrl: string | null): Connection;
  resolveUrl: ResolveUrl;
}

/** Resolves a caller's URL to an absolute one. @throws TypeError if it is not a URL */
export type ResolveUrl = (url: string) => string;
