/** What an index needs from its embedder. */
import type { Host } from '../bridge/connection.ts';
import type { EmbedderInfo } from '../shared/types.ts';
import type { Prepared } from './wire.ts';

/** Makes one call to the worker. */
export type WorkerCall = <T>(
  items: readonly Prepared[],
  options: { signal?: AbortSignal | undefined; onTrace?: ((delta: string) => void) | undefined },
  run: (host: Host, request: number, callEnded: AbortSignal) => Promise<T>,
) => Promise<T>;

export interface IndexContext {
  call: WorkerCall;
  /** Transfers the bitmaps, or copies them for a reasoner function. */
  send: <T extends object>(value: T, items: readonly Prepared[]) => T;
  info: () => EmbedderInfo;
}
