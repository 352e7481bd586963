/** Encodes inputs that consist of several parts, such as a prompt and a trace, or the windows of a long page. */
import type { Encoded, EncodedBatch } from './types.ts';

/**
 * Encodes all parts together, so that they share batches. A batch is yielded for every batch of parts, with the inputs that it completes.
 * @param encode yields results with their indices into the parts
 * @param join makes one result of an input's parts, which come in order
 */
export async function* encodeParts<Part>(
  inputs: readonly (readonly Part[])[],
  encode: (parts: readonly Part[]) => AsyncIterable<EncodedBatch>,
  join: (parts: readonly Encoded[], index: number) => Encoded,
): AsyncIterableIterator<EncodedBatch> {
  const owners = inputs.flatMap((parts, index) => parts.map((_, part) => ({ index, part })));
  const found = inputs.map((): Encoded[] => []);
  const missing = inputs.map(({ length }) => length);
  for await (const batch of encode(inputs.flat())) {
    const complete: { index: number; encoded: Encoded }[] = [];
    for (const { index: at, encoded } of batch) {
      const { index, part } = owners[at] as (typeof owners)[number];
      const parts = found[index] as Encoded[];
      parts[part] = encoded;
      missing[index] = (missing[index] as number) - 1;
      if (missing[index] === 0) complete.push({ index, encoded: join(parts, index) });
    }
    yield complete;
  }
}
