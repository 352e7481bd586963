/** What the client needs of the place it runs in: a page (`page.ts`), or Node. */
import type { Connection } from '../bridge/connection.ts';

export interface ClientPlatform {
  /** Starts a host, in a worker or in this process. `onEnd` is told once, however its life ends. */
  connect(onEnd: () => void): Connection;
  resolveUrl: ResolveUrl;
}

/** The absolute URL of what a caller wrote. @throws TypeError: it is none */
export type ResolveUrl = (url: string) => string;
