/** Properties of an item that do not depend on its embedding: content hash and thumbnail. */
import type { WireItem } from '../../src/shared/index-protocol.ts';
import { type Input, imageHashes } from '../pipeline/input.ts';
import { sha256Text } from '../storage/hash.ts';
import { canonical, identityParts } from '../storage/keys.ts';
import type { Thumbnail } from './segments.ts';

/** The content hash of an item; an item with nothing but a vector is identified by the vector. */
export function hashItem({ input, vector }: Pick<WireItem, 'vector'> & { input: Input }): Promise<string> {
  const hasContent = input.images.length > 0 || input.text.trim() !== '';
  return hasContent || vector === null ? hashContent(input) : sha256Text(vector.join());
}

/** SHA-256 (hex) over everything that is embedded. */
export async function hashContent(input: Input): Promise<string> {
  return sha256Text(canonical(identityParts({ ...input, images: await imageHashes(input) })));
}

/** The first picture, scaled to fit a square of `side` pixels; null if there is none or it cannot be read, which embedding it reports. */
export async function thumbnailOf({ images }: Input, side: number): Promise<Thumbnail | null> {
  const [image] = images;
  if (image === undefined || side === 0) return null;
  return image.thumbnail(side).catch(() => null);
}
