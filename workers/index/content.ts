/** What an item is, before it is embedded: its hash, and a small picture of it. */
import type { WireItem } from '../../src/shared/index-protocol.ts';
import { type Input, imageHashes } from '../pipeline/input.ts';
import { sha256Text } from '../storage/hash.ts';
import { canonical, identityParts } from '../storage/keys.ts';
import type { Thumbnail } from './segments.ts';

/** The hash of an item; one that has nothing but a vector is known by that. */
export function hashItem({ input, vector }: Pick<WireItem, 'vector'> & { input: Input }): Promise<string> {
  const hasContent = input.images.length > 0 || input.text.trim() !== '';
  return hasContent || vector === null ? hashContent(input) : sha256Text(vector.join());
}

/** SHA-256 (hex) over everything that is embedded. */
export async function hashContent(input: Input): Promise<string> {
  return sha256Text(canonical(identityParts({ ...input, images: await imageHashes(input) })));
}

/**
 * The first picture, fitted into a square of `side` pixels; null where there is none. A picture that cannot be read gives none
 * either: embedding it says why.
 */
export async function thumbnailOf({ images }: Input, side: number): Promise<Thumbnail | null> {
  const [image] = images;
  if (image === undefined || side === 0) return null;
  return image.thumbnail(side).catch(() => null);
}
