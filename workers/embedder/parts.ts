/** Encodes inputs that consist of several parts, such as the windows of a long page: a vector for all parts of an input together. */
import type { Embedder, Encoded, EncodedBatch, EncodeItem } from './types.ts';
import { meanDirection } from './vector.ts';

/**
 * As `Embedder.encode`, for inputs of one part or more: their vector is the mean direction of the parts' vectors. A batch is yielded for
 * every batch of parts; it is empty as long as no input is complete.
 */
export async function* encodeParts(
  embedder: Embedder,
  inputs: readonly (readonly EncodeItem[])[],
  signal: AbortSignal,
  request: number,
): AsyncIterableIterator<EncodedBatch> {
  const owners = inputs.flatMap((parts, index) => parts.map((_, part) => ({ index, part })));
  const found = inputs.map((): Encoded[] => []);
  const missing = inputs.map(({ length }) => length);
  for await (const batch of embedder.encode(inputs.flat(), signal, request)) {
    const complete: { index: number; encoded: Encoded }[] = [];
    for (const { index: at, encoded } of batch) {
      const { index, part } = owners[at] as (typeof owners)[number];
      const parts = found[index] as Encoded[];
      parts[part] = encoded;
      missing[index] = (missing[index] as number) - 1;
      if (missing[index] === 0) complete.push({ index, encoded: joined(parts) });
    }
    yield complete;
  }
}

function joined(parts: readonly Encoded[]): Encoded {
  return {
    vector: meanDirection(parts.map(({ vector }) => vector)) as Encoded['vector'],
    tokens: parts.reduce((sum, { tokens }) => sum + tokens, 0),
    truncated: parts.some(({ truncated }) => truncated),
  };
}
