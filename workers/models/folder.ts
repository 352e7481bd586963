/** A model folder, wherever it comes from: what loaders and tokenizers read, without knowing of network or storage. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

export interface ModelFolder {
  readonly descriptor: ModelDescriptor;
  /** Parsed JSON, or null where the folder has no such file. @throws TteError download-failed | integrity */
  json(path: string): Promise<Record<string, unknown> | null>;
  /** UTF-8 text, or null where the folder has no such file. */
  text(path: string): Promise<string | null>;
  /**
   * A weight file as consecutive chunks, verified before the first is yielded (length, and SHA-256 where known).
   * Chunks belong to the caller. @throws TteError model-not-found | download-failed | integrity | quota | aborted
   */
  chunks(path: string, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}
