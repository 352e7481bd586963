/** What an index needs of its embedder. */
import type { Host } from '../bridge/connection.ts';
import type { EmbedderInfo } from '../shared/types.ts';
import type { Prepared } from './wire.ts';

/** One call in the worker, as the embedder makes it. */
export type WorkerCall = <T>(
  items: readonly Prepared[],
  options: { signal?: AbortSignal | undefined; onTrace?: ((delta: string) => void) | undefined },
  run: (host: Host, request: number, callEnded: AbortSignal) => Promise<T>,
) => Promise<T>;

export interface IndexContext {
  call: WorkerCall;
  /** Hands pictures over, or copies them. */
  send: <T extends object>(value: T, items: readonly Prepared[]) => T;
  info: () => EmbedderInfo;
}
