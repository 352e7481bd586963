import { expect, test } from 'vitest';
import { joinWindows } from '../pipeline/page-windows.ts';
import { encodeParts } from './parts.ts';
import type { Embedder, EncodeItem } from './types.ts';

const item = (text: string): EncodeItem => ({
  images: [],
  text,
  instruction: '',
  trace: null,
  role: 'document',
});

/** Encodes the last item first; the vector tells the text's first letter. */
const embedder = {
  async *encode(items: readonly EncodeItem[]) {
    for (const index of [...items.keys()].reverse()) {
      const at = (items[index] as EncodeItem).text === 'x' ? 0 : 1;
      const vector = Float32Array.of(0, 0);
      vector[at] = 1;
      yield [{ index, encoded: { vector, tokens: 2, truncated: at === 0 } }];
    }
  },
} as unknown as Embedder;

test('an input is complete with its last part, and its vector is the mean direction', async () => {
  const inputs = [[item('x'), item('y')], [item('y')]];
  const batches = [];
  const encode = (items: readonly EncodeItem[]) => embedder.encode(items, new AbortController().signal, 0);
  for await (const batch of encodeParts(inputs, encode, joinWindows)) batches.push(batch);
  expect(batches.map((batch) => batch.map(({ index }) => index))).toEqual([[1], [], [0]]);
  const { vector, tokens, truncated } = batches[2]?.[0]?.encoded ?? {};
  expect([...(vector ?? [])]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)]);
  expect({ tokens, truncated }).toEqual({ tokens: 4, truncated: true });
});
