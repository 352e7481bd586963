/** Does this device compute this model rightly? Asked once per model, dtype and device, and remembered. */

import type { Golden, ModelDescriptor } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Embedder } from '../embedder/types.ts';
import { cosine } from '../embedder/vector.ts';
import { openImage } from '../images/decode.ts';
import { parseTrace } from '../reasoner/trace.ts';
import type { Facts } from '../storage/facts.ts';
import { picture } from './input.ts';

/** Two plain texts without golden vectors: enough to notice NaN, zeros, and a device that answers always the same. */
const PROBES = ['A cat sleeps on a warm stone.', 'The parliament passed the budget.'];

/**
 * @param device what results may depend on: backend, adapter, dtype
 * @throws TteError unsupported, when the vectors are not what they must be
 */
export async function selfTest(
  descriptor: ModelDescriptor,
  embedder: Embedder,
  device: string,
  facts: Facts,
  signal: AbortSignal,
): Promise<void> {
  const key = `self-test/${descriptor.id}@${descriptor.revision}/${device}`;
  if ((await facts.get(key)) === true) return;
  const goldens = (descriptor.golden ?? []).filter(
    ({ input }) => embedder.images || input.image === undefined,
  );
  await (goldens.length > 0 ? compare(goldens) : look());
  await facts.set(key, true);

  async function compare(cases: readonly Golden[]) {
    for (const [i, golden] of cases.entries()) {
      const similarity = cosine(await encode(golden.input), golden.vector);
      if (!(similarity >= golden.minCosine)) {
        throw wrong(
          `golden input ${i + 1} came out at cosine ${similarity.toFixed(4)}, at least ${golden.minCosine} is right`,
        );
      }
    }
  }

  async function look() {
    const [a, b] = [await encode({ text: PROBES[0] as string }), await encode({ text: PROBES[1] as string })];
    const similarity = cosine(a, b);
    if (!Number.isFinite(similarity) || similarity > 0.9999 || a.every((x) => x === 0)) {
      throw wrong('two different texts gave no usable vectors');
    }
  }

  async function encode({
    text = '',
    instruction = '',
    trace,
    image,
    role = 'target',
  }: Golden['input']): Promise<Float32Array> {
    const images = image === undefined ? [] : [picture(openImage({ kind: 'url', url: image }, signal))];
    const item = { images, text, instruction, trace: trace === undefined ? null : parseTrace(trace), role };
    for await (const [first] of embedder.encode([item], signal)) if (first) return first.encoded.vector;
    throw new TteError('model-invalid', `${descriptor.id} gave no vector.`);
  }

  function wrong(what: string): TteError {
    return new TteError('unsupported', `${descriptor.id} does not compute rightly on ${device}: ${what}.`);
  }
}
