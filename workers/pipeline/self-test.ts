/** Does this device compute these models rightly? Asked once per model, format and device, and remembered. */

import type { Golden, ModelDescriptor } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Embedder } from '../embedder/types.ts';
import { cosine } from '../embedder/vector.ts';
import { openImage } from '../images/decode.ts';
import { parseTrace } from '../reasoner/trace.ts';
import type { Facts } from '../storage/facts.ts';
import { picture } from './input.ts';
import type { LocalThinker } from './types.ts';

/** What is tested. */
export interface Subject {
  descriptor: ModelDescriptor;
  /** What results may depend on besides the model: backend, adapter, format of the weights. */
  device: string;
}

/** Two plain texts, for models without golden vectors: enough to notice NaN, zeros, and a device that answers always the same. */
const PROBES = ['A cat sleeps on a warm stone.', 'The parliament passed the budget.'];
/** Tokens of a golden trace that are written: its beginning is what must agree. */
const TRACE_TOKENS = 8;

/**
 * @returns false: there are no golden vectors, so that only gross errors would have been seen
 * @throws TteError unsupported, when the vectors are not what they must be
 */
export async function testEmbedder(
  subject: Subject,
  embedder: Embedder,
  facts: Facts,
  signal: AbortSignal,
): Promise<boolean> {
  const { descriptor } = subject;
  const goldens = (descriptor.golden ?? []).filter(
    ({ input }) => embedder.images || input.image === undefined,
  );
  await once(subject, 'vectors', facts, () => (goldens.length > 0 ? compare() : look()));
  return goldens.length > 0;

  async function compare() {
    for (const [i, golden] of goldens.entries()) {
      const similarity = cosine(await encode(golden.input), golden.vector);
      if (!(similarity >= golden.minCosine)) {
        const found = `golden input ${i + 1} came out at cosine ${similarity.toFixed(4)}`;
        throw wrong(subject, `${found}, at least ${golden.minCosine} is right`);
      }
    }
  }

  async function look() {
    const [a, b] = [await encode({ text: PROBES[0] as string }), await encode({ text: PROBES[1] as string })];
    const similarity = cosine(a, b);
    if (!Number.isFinite(similarity) || similarity > 0.9999 || a.every((x) => x === 0)) {
      throw wrong(subject, 'two different texts gave no usable vectors');
    }
  }

  async function encode(input: Golden['input']): Promise<Float32Array> {
    const { text = '', instruction = '', trace, image, role = 'target' } = input;
    const images = image === undefined ? [] : [picture(openImage({ kind: 'url', url: image }, signal))];
    const item = { images, text, instruction, trace: trace === undefined ? null : parseTrace(trace), role };
    for await (const [first] of embedder.encode([item], signal)) if (first) return first.encoded.vector;
    throw new TteError('model-invalid', `${descriptor.id} gave no vector.`);
  }
}

/**
 * @returns false: there are no golden traces, nothing was tested
 * @throws TteError unsupported, when a trace does not begin as it must
 */
export async function testThinker(
  subject: Subject,
  thinker: LocalThinker,
  facts: Facts,
  signal: AbortSignal,
): Promise<boolean> {
  const goldens = subject.descriptor.goldenTraces ?? [];
  if (goldens.length === 0) return false;
  await once(subject, 'traces', facts, async () => {
    for (const { input, mode, startsWith } of goldens) {
      const text = await thinker.rehearse({ ...input, mode }, TRACE_TOKENS, signal);
      if (!text.trimStart().startsWith(startsWith)) {
        throw wrong(subject, `a golden trace begins "${text}", not "${startsWith}"`);
      }
    }
  });
  return true;
}

async function once({ descriptor, device }: Subject, what: string, facts: Facts, test: () => Promise<void>) {
  const name = `self-test/${what}/${descriptor.id}@${descriptor.revision}/${device}`;
  if ((await facts.get(name)) === true) return;
  await test();
  await facts.set(name, true);
}

function wrong({ descriptor, device }: Subject, what: string): TteError {
  return new TteError('unsupported', `${descriptor.id} does not compute rightly on ${device}: ${what}.`);
}
