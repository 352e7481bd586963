/** The golden self-test: whether this device computes a model correctly. Its result is stored per model, format and device. */

import type { Golden, ModelDescriptor } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Embedder } from '../embedder/types.ts';
import { cosine } from '../embedder/vector.ts';
import { openPicture, type PicturePlatform } from '../images/picture.ts';
import { parseTrace } from '../reasoner/trace.ts';
import type { Measurements } from '../storage/measurements.ts';
import type { LocalTraceSource } from './types.ts';

/** The model and device under test. */
export interface Subject {
  descriptor: ModelDescriptor;
  /** Backend, adapter and weight format, on which results may depend besides the model. */
  device: string;
  platform: PicturePlatform;
}

/** Two texts for models without golden vectors: they detect NaN, zeros, and a device with constant results. */
const DEFAULT_TEXTS = ['A cat sleeps on a warm stone.', 'The parliament passed the budget.'];
/** Golden inputs do not belong to a call. */
const NO_REQUEST = 0;
/** Tokens of a golden trace to generate; only its beginning must agree. */
const TRACE_TOKENS = 8;

/**
 * Tests the golden inputs without an image, or `DEFAULT_TEXTS` if there are none.
 * @returns false if there are no golden vectors, so that only gross errors are detected
 * @throws TteError unsupported, if the vectors differ from the golden ones
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
 * Tests the golden inputs with an image, if the embedder supports images.
 * @returns false if there are none and nothing was tested
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
    const what = input.image === undefined ? `"${input.text}"` : 'a golden image';
    throw wrongResult(
      subject,
      `${what} has cosine ${similarity.toFixed(4)} with its golden vector instead of at least ${minCosine}`,
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
  for await (const [first] of embedder.encode([item], signal, NO_REQUEST))
    if (first) return first.encoded.vector;
  throw new TteError('model-invalid', `${id} gave no vector.`);
}

/**
 * @returns false if there are no golden traces and nothing was tested
 * @throws TteError unsupported, if a trace does not begin as its golden trace
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
  return new TteError('unsupported', `${descriptor.id} is not computed correctly on ${device}: ${what}.`);
}
