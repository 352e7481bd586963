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
  /** `onTrace` is the caller's, as it is to be told in this run. */
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
  /** Running it twice does no harm: it is run again when another call's failure cost it its worker. */
  repeatable?: boolean;
  /** Whether a result tells of a run that failed: its worker is then not used again. */
  hasFailedRun?: (result: T) => boolean;
}

export interface IndexContext {
  call: WorkerCall;
  /** Transfers the bitmaps, or copies them for a reasoner function. */
  send: <T extends object>(value: T, items: readonly Prepared[]) => T;
  /** The loaded models; null: none. */
  info: () => EmbedderInfo | null;
  /** As it crosses to the worker. @param field how the caller wrote it, for messages */
  prepare: (input: EmbedInput, field: string) => Promise<Prepared>;
  /** The same for an input that is not embedded, and may be empty. */
  prepareContent: (input: EmbedInput, field: string) => Promise<Prepared>;
  resolveUrl: ResolveUrl;
  /** Open handles by index name; the worker frees an index's memory with its last handle. */
  openCounts: Map<string, number>;
  /** Called when a handle was closed. */
  onClose: () => Promise<void>;
}
