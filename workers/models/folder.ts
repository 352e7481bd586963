/** A model folder as loaders and tokenizers see it, independent of network and storage. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

export interface ModelFolder {
  readonly descriptor: ModelDescriptor;
  /** Parsed JSON, or null if the folder has no such file. @throws TteError model-invalid | download-failed | integrity | aborted */
  json(path: string): Promise<Record<string, unknown> | null>;
  /** UTF-8 text, or null if the folder has no such file. @throws TteError download-failed | integrity | aborted */
  text(path: string): Promise<string | null>;
  /**
   * A weight file as consecutive chunks. After a download the whole file is verified (length, and SHA-256 if known) before the
   * first chunk is yielded; from storage, each chunk is verified before it is yielded. The caller owns the chunks.
   * @throws TteError model-not-found | download-failed | integrity | quota | aborted
   */
  chunks(path: string, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface OpenedFolder extends ModelFolder {
  /**
   * Starts to download files that will be read: `first` in parallel, then `later`. An error is thrown to the reader of the file.
   * From here on the total of the progress is known. Files `onDemand` are not downloaded, and kept from then on if they are stored.
   */
  prefetch(first: readonly string[], later: readonly string[], onDemand?: readonly string[]): void;
  /** Resolves when all that is prefetched is stored, so that a load needs no network any more. @throws TteError as `chunks` */
  whenPrefetched(): Promise<void>;
  /** Resolves when these files are stored; downloads those that are not. @throws TteError as `chunks` */
  fetch(paths: readonly string[]): Promise<void>;
}

/** A unified model used only as the reasoner, without its embedding heads. */
export function withoutHead(folder: OpenedFolder): OpenedFolder {
  const { embedding_head: _, photo_head: __, ...sessions } = folder.descriptor.sessions;
  return { ...folder, descriptor: { ...folder.descriptor, sessions } };
}
