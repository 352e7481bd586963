/** What an index needs from the worker it is open in: an embedder's, or the one shared by indexes without a model. */
import type { Host } from '../bridge/connection.ts';
import type { EmbedderInfo } from '../shared/types.ts';
import type { ResolveUrl } from './platform.ts';
import type { EmbedInput } from './types.ts';
import type { Prepared } from './wire.ts';

/** Makes one call to the worker. */
export type WorkerCall = <T>(
  items: readonly Prepared[],
  options: CallOptions<T>,
  /** `onTrace` reports only text that an earlier run of the call has not reported. */
  run: (
    host: Host,
    request: number,
    callEnded: AbortSignal,
    onTrace: ((delta: string) => void) | undefined,
  ) => Promise<T>,
) => Promise<T>;

export interface CallOptions<T = unknown> {
  signal?: AbortSignal | undefined;
  onTrace?: ((delta: string) => void) | undefined;
  /** The call may safely run twice: it is repeated if its worker is replaced because another call failed. */
  repeatable?: boolean;
  /** Whether the result contains a failed run; the worker is then not used again. */
  hasFailedRun?: (result: T) => boolean;
}

export interface IndexContext {
  call: WorkerCall;
  /** Transfers the bitmaps, or copies them for a reasoner function. */
  send: <T extends object>(value: T, items: readonly Prepared[]) => T;
  /** The loaded models, or null. */
  info: () => EmbedderInfo | null;
  /** Converts an input to the form sent to the worker. @param field the caller's name for it, for messages */
  prepare: (input: EmbedInput, field: string) => Promise<Prepared>;
  /** The same for an input that is not embedded and may be empty. */
  prepareContent: (input: EmbedInput, field: string) => Promise<Prepared>;
  resolveUrl: ResolveUrl;
  /** Open handles by index name; the worker frees an index's memory with its last handle. */
  openCounts: Map<string, number>;
  /** Called when a handle is closed. */
  onClose: () => Promise<void>;
}
