/** The manifest that goes with every file, and what it is for: vectors of another space stay out. */
import { isTteError, TteError } from '../../../src/shared/errors.ts';
import type { SpaceManifest } from '../../../src/shared/index-types.ts';
import { upgradeSpaceManifest } from '../../storage/legacy.ts';
import { isSameSpace, nameOfSpace } from '../spaces.ts';

/** Under which key of Parquet's file metadata the manifest stands, as JSON. */
export const MANIFEST_KEY = 'think-then-embed';

/** @throws TteError invalid-input: not a manifest · unsupported: one of a later version */
export function parseManifest(value: unknown, place: string): SpaceManifest {
  const manifest = upgradeSpaceManifest(value) as SpaceManifest | null;
  const isNewer = typeof manifest?.format === 'number' && manifest.format > 1;
  if (isNewer) {
    throw new TteError('unsupported', `${place}: written by a later version (format ${manifest.format})`);
  }
  if (
    manifest?.format !== 1 ||
    typeof manifest.space !== 'string' ||
    !Number.isInteger(manifest.dimensions) ||
    manifest.dimensions < 1 ||
    manifest.metric !== 'cosine' ||
    manifest.normalised !== true
  ) {
    throw new TteError('invalid-input', `${place}: the manifest is incomplete or damaged`);
  }
  return manifest;
}

/**
 * Vectors of another space, or of none that is named, would be compared as if they meant the same.
 * @throws TteError space-mismatch, naming both spaces
 */
export function rejectForeignSpace(own: SpaceManifest, other: SpaceManifest | null): void {
  if (other !== null && isSameSpace(other, own)) return;
  const theirs =
    other === null ? 'no named space (a manifest is missing)' : `the space ${nameOfSpace(other)}`;
  throw new TteError(
    'space-mismatch',
    `the file's vectors are of ${theirs}, this index holds the space ${nameOfSpace(own)}; with \`reembed\` its texts are embedded anew`,
  );
}

/** What a reader throws about a damaged file, as ours. */
export function unreadableFile(place: string, format: string, cause: unknown): TteError {
  if (isTteError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isCodec = /unsupported compression|codec/i.test(reason);
  return isCodec
    ? new TteError('unsupported', `${place}: ${reason}; write it with Zstandard, Snappy or uncompressed`, {
        cause,
      })
    : new TteError('invalid-input', `${place} cannot be read as ${format}: ${reason}`, { cause });
}
