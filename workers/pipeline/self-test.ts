/** Does this device compute these models rightly? Asked once per model, format and device, and remembered. */

import type { Golden, ModelDescriptor } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Embedder } from '../embedder/types.ts';
import { cosine } from '../embedder/vector.ts';
import { openPicture, type PicturePlatform } from '../images/picture.ts';
import { parseTrace } from '../reasoner/trace.ts';
import type { Measurements } from '../storage/measurements.ts';
import type { LocalTraceSource } from './types.ts';

/** What is tested. */
export interface Subject {
  descriptor: ModelDescriptor;
  /** What results may depend on besides the model: backend, adapter, format of the weights. */
  device: string;
  platform: PicturePlatform;
}

/** Two plain texts, for models without golden vectors: enough to notice NaN, zeros, and a device that answers always the same. */
const DEFAULT_TEXTS = ['A cat sleeps on a warm stone.', 'The parliament passed the budget.'];
/** Tokens of a golden trace that are written: its beginning is what must agree. */
const TRACE_TOKENS = 8;

/**
 * Golden inputs without a picture; without any, two plain texts.
 * @returns false: there are no golden vectors, so that only gross errors would have been seen
 * @throws TteError unsupported, when the vectors are not what they must be
 */
export async function testTexts(
  subject: Subject,
  embedder: Embedder,
  measurements: Measurements,
  signal: AbortSignal,
): Promise<boolean> {
  const { descriptor } = subject;
  const goldens = (descriptor.golden ?? []).filter(({ input }) => input.image === undefined);
  await once(subject, 'words', measurements, async () => {
    if (goldens.length > 0) return compare(subject, embedder, goldens, signal);
    const [a, b] = [await encodeDefault(0), await encodeDefault(1)];
    const similarity = cosine(a, b);
    if (!Number.isFinite(similarity) || similarity > 0.9999 || a.every((x) => x === 0)) {
      throw wrongResult(subject, 'two different texts gave no usable vectors');
    }
  });
  return goldens.length > 0;

  function encodeDefault(which: 0 | 1) {
    return encode(subject, embedder, { text: DEFAULT_TEXTS[which] as string }, signal);
  }
}

/**
 * Golden inputs with a picture, where the embedder sees.
 * @returns false: there are none, nothing was tested
 * @throws TteError as `testTexts`
 */
export async function testImages(
  subject: Subject,
  embedder: Embedder,
  measurements: Measurements,
  signal: AbortSignal,
): Promise<boolean> {
  const goldens = (subject.descriptor.golden ?? []).filter(({ input }) => input.image !== undefined);
  if (!embedder.supportsImages || goldens.length === 0) return false;
  await once(subject, 'pictures', measurements, () => compare(subject, embedder, goldens, signal));
  return true;
}

async function compare(
  subject: Subject,
  embedder: Embedder,
  goldens: readonly Golden[],
  signal: AbortSignal,
): Promise<void> {
  for (const { input, vector, minCosine } of goldens) {
    const similarity = cosine(await encode(subject, embedder, input, signal), vector);
    if (similarity >= minCosine) continue;
    const what = input.image === undefined ? `"${input.text}"` : 'a golden picture';
    throw wrongResult(
      subject,
      `${what} came out at cosine ${similarity.toFixed(4)}, at least ${minCosine} is right`,
    );
  }
}

async function encode(
  { descriptor: { id }, platform }: Subject,
  embedder: Embedder,
  input: Golden['input'],
  signal: AbortSignal,
): Promise<Float32Array> {
  const { text = '', instruction = '', trace, image, role = 'document' } = input;
  const images =
    image === undefined ? [] : [openPicture({ name: id, kind: 'url', url: image }, platform, signal)];
  const item = { images, text, instruction, trace: trace === undefined ? null : parseTrace(trace), role };
  for await (const [first] of embedder.encode([item], signal)) if (first) return first.encoded.vector;
  throw new TteError('model-invalid', `${id} gave no vector.`);
}

/**
 * @returns false: there are no golden traces, nothing was tested
 * @throws TteError unsupported, when a trace does not begin as it must
 */
export async function testTraces(
  subject: Subject,
  traceSource: LocalTraceSource,
  measurements: Measurements,
  signal: AbortSignal,
): Promise<boolean> {
  const goldens = subject.descriptor.goldenTraces ?? [];
  if (goldens.length === 0) return false;
  await once(subject, 'traces', measurements, async () => {
    for (const { input, mode, startsWith } of goldens) {
      const text = await traceSource.smokeTest({ ...input, mode }, TRACE_TOKENS, signal);
      if (!text.trimStart().startsWith(startsWith)) {
        throw wrongResult(subject, `a golden trace begins "${text}", not "${startsWith}"`);
      }
    }
  });
  return true;
}

async function once(
  { descriptor, device }: Subject,
  what: string,
  measurements: Measurements,
  test: () => Promise<void>,
) {
  const name = `self-test/${what}/${descriptor.id}@${descriptor.revision}/${device}`;
  if ((await measurements.get(name)) === true) return;
  await test();
  await measurements.set(name, true);
}

function wrongResult({ descriptor, device }: Subject, what: string): TteError {
  return new TteError('unsupported', `${descriptor.id} does not compute rightly on ${device}: ${what}.`);
}
