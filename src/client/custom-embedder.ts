/** Calls the caller's custom embedder and validates the vectors that it returns. */
import { abortable } from '../bridge/abortable.ts';
import { invalid, TteError } from '../shared/errors.ts';
import type { ExternalEmbedderId } from '../shared/protocol.ts';
import type { Role } from '../shared/types.ts';
import { failingAs } from './failing-as.ts';
import { unitVector } from './index-input.ts';
import type { CustomEmbedder, DecodedImage } from './types.ts';

type Vector = Float32Array<ArrayBuffer>;
interface Options {
  role: Role;
  signal: AbortSignal;
}

export interface OpenedEmbedder {
  /** Its properties, for the worker. */
  known: ExternalEmbedderId;
  /** Unit vectors: one for each text, or the image's. @throws TteError embedder-failed, or as the embedder does */
  embed(input: readonly string[] | DecodedImage, options: Options): Promise<Vector[]>;
}

const FIELD = 'options.model.embedder';

/** @throws TteError invalid-input */
function checkCustomEmbedder(embedder: CustomEmbedder): void {
  const { id, dimensions, leavesThePage, embedTexts, embedImage }: Partial<CustomEmbedder> = embedder;
  if (typeof id !== 'string' || id.trim() === '') {
    throw invalid(
      `${FIELD}.id: must be a non-empty string that identifies the model, because vectors are cached by it.`,
    );
  }
  if (typeof leavesThePage !== 'boolean') {
    throw invalid(`${FIELD}.leavesThePage: must be true or false: whether inputs are sent elsewhere.`);
  }
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && dimensions > 0)) {
    throw invalid(`${FIELD}.dimensions: must be a positive integer, or left out.`);
  }
  for (const [name, value] of Object.entries({ embedTexts, embedImage })) {
    if (value !== undefined && typeof value !== 'function')
      throw invalid(`${FIELD}.${name}: must be a function.`);
  }
  if (!embedTexts && !embedImage) throw invalid(`${FIELD}: pass embedTexts, embedImage, or both.`);
}

/**
 * Checks a custom embedder, and embeds one input to find the vector length unless the embedder states it.
 * @throws TteError invalid-input | embedder-failed | aborted
 */
export async function openCustomEmbedder(
  embedder: CustomEmbedder,
  signal: AbortSignal | undefined,
): Promise<OpenedEmbedder> {
  checkCustomEmbedder(embedder);
  const asked = (input: readonly string[] | DecodedImage, dimensions: number | null, options: Options) =>
    failingAs('embedder-failed', `The embedder '${embedder.id}'`, async () =>
      'data' in input
        ? [await imageVector(embedder, input, dimensions, options)]
        : textVectors(embedder, input, dimensions, options),
    );
  const measure = async () => {
    const ended = new AbortController();
    const input = embedder.embedTexts ? ['A cat sleeps on a warm stone.'] : greySquare();
    const ask = () => asked(input, null, { role: 'document', signal: ended.signal });
    const [vector] = await abortable(signal, ask, () => ended.abort(signal?.reason));
    return (vector as Vector).length;
  };
  const dimensions = embedder.dimensions ?? (await measure());
  return {
    known: {
      id: embedder.id,
      dimensions,
      readsTexts: embedder.embedTexts !== undefined,
      readsImages: embedder.embedImage !== undefined,
    },
    embed: (input, options) => asked(input, dimensions, options),
  };
}

/** Unit vectors of texts. @param dimensions required length; null: any @throws TteError embedder-failed, or as the embedder does */
async function textVectors(
  embedder: CustomEmbedder,
  texts: readonly string[],
  dimensions: number | null,
  options: Options,
): Promise<Vector[]> {
  const given: unknown = await embedder.embedTexts?.([...texts], options);
  const vectors = isList(given) ? Array.from(given) : [];
  if (!isList(given) || vectors.length !== texts.length) {
    const what = isList(given) ? String(vectors.length) : kindOf(given);
    throw failed(embedder, `must resolve to one vector for each of ${texts.length} texts; it gave ${what}`);
  }
  return vectors.map((vector, i) => checked(embedder, vector, `vectors[${i}]`, dimensions));
}

/** The unit vector of an image. @throws as `textVectors` */
async function imageVector(
  embedder: CustomEmbedder,
  image: DecodedImage,
  dimensions: number | null,
  options: Options,
): Promise<Vector> {
  return checked(embedder, await embedder.embedImage?.(image, options), 'vector', dimensions);
}

function checked(embedder: CustomEmbedder, value: unknown, field: string, dimensions: number | null): Vector {
  let vector: Vector;
  try {
    vector = unitVector(value, field);
  } catch (cause) {
    throw failed(
      embedder,
      `gave ${kindOf(value)} where a vector must be: ${(cause as Error).message}`,
      cause,
    );
  }
  if (dimensions === null || vector.length === dimensions) return vector;
  throw failed(embedder, `gave ${field} of length ${vector.length} instead of ${dimensions}`);
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (typeof value === 'object' && value !== null && 'length' in value);

const kindOf = (value: unknown): string =>
  value === null ? 'null' : isList(value) ? 'a list' : typeof value;

function failed({ id }: CustomEmbedder, what: string, cause?: unknown): TteError {
  const options = cause === undefined ? {} : { cause };
  return new TteError('embedder-failed', `The embedder '${id}' ${what}.`, options);
}

function greySquare(): DecodedImage {
  const side = 32;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) data[i] = (i >> 2) % 256;
  return { width: side, height: side, data };
}
