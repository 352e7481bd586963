/** The manifest of exported files, which prevents the import of vectors of another space. */
import { isTteError, TteError } from '../../../src/shared/errors.ts';
import type { SpaceManifest } from '../../../src/shared/index-types.ts';
import { upgradeSpaceManifest } from '../../storage/legacy.ts';
import { isSameSpace, nameOfSpace } from '../spaces.ts';

/** Key of the manifest (as JSON) in Parquet's file metadata. */
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
 * Rejects vectors of another or an unknown space, since comparing them would be meaningless.
 * @throws TteError space-mismatch, naming both spaces
 */
export function rejectForeignSpace(own: SpaceManifest, other: SpaceManifest | null): void {
  if (other !== null && isSameSpace(other, own)) return;
  const theirs =
    other === null ? 'no named space (a manifest is missing)' : `the space ${nameOfSpace(other)}`;
  throw new TteError(
    'space-mismatch',
    `the file's vectors are of ${theirs}, this index holds the space ${nameOfSpace(own)}; with \`reembed\` its texts are embedded again`,
  );
}

/** Converts a reader's exception about a damaged file to a TteError. */
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
