/** A model folder, wherever it comes from: what loaders and tokenizers read, without knowing of network or storage. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

export interface ModelFolder {
  readonly descriptor: ModelDescriptor;
  /** Parsed JSON, or null where the folder has no such file. @throws TteError model-invalid | download-failed | integrity | aborted */
  json(path: string): Promise<Record<string, unknown> | null>;
  /** UTF-8 text, or null where the folder has no such file. @throws TteError download-failed | integrity | aborted */
  text(path: string): Promise<string | null>;
  /**
   * A weight file as consecutive chunks. It is downloaded and verified as a whole (length, and SHA-256 where known) before the
   * first is yielded; from storage, each chunk is verified before it is yielded. Chunks belong to the caller.
   * @throws TteError model-not-found | download-failed | integrity | quota | aborted
   */
  chunks(path: string, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface OpenedFolder extends ModelFolder {
  /**
   * Begins to bring files that will be read into the store: `first` all at once, then `later`. What fails is told to who reads the
   * file. The total of the progress is right from here on.
   */
  prefetch(first: readonly string[], later: readonly string[]): void;
  /** Resolves when all of them are in the store, so that nothing needs the network any more. @throws TteError as `chunks` */
  whenPrefetched(): Promise<void>;
}

/** A unified model that only writes: its head is not loaded. */
export function withoutHead(folder: OpenedFolder): OpenedFolder {
  const { embedding_head: _, ...sessions } = folder.descriptor.sessions;
  return { ...folder, descriptor: { ...folder.descriptor, sessions } };
}
