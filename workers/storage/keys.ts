/** Cache keys: SHA-256 over everything that a result depends on. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { SuppliedTrace } from '../../src/shared/protocol.ts';
import type { Role } from '../../src/shared/types.ts';
import { sha256Text } from './hash.ts';

/**
 * Version of this package's results. Increase it whenever the same model gives another vector or trace for the same input than before,
 * so that caches do not return outdated results. `space.ts` says what that means for indexes.
 * 2: special tokens in users' texts are treated as words; transparent images are composited on white.
 * 3: ideographs above U+FFFF are words of their own for BERT; a next-line character is a space for SentencePiece.
 * 4: with `auto`, a query that is a photograph of one thing has no trace; what a picture shows as a whole is told as without the question.
 * 5: with `auto`, the vector of a query that is a photograph keeps a share of what it is without its trace.
 * 6: what moves in a clip of photographs is told; with `auto`, that alone is thought about in a clip that is asked about movement, or about nothing.
 * 7: wide letters on a page are narrowed before they are read.
 * 8: frames of a clip are aligned and brought into the same light before they are compared; what vanishes inside the picture does not leave it.
 */
export const RESULTS_VERSION = 8;

/** Everything that determines a model's results besides its weights and the input, with defaults filled in. Plain data. */
export interface Recipe {
  always: Readonly<Record<string, unknown>>;
  /** The part that only affects inputs with a trace. */
  withTrace?: Readonly<Record<string, unknown>>;
  /** The part that only affects queries, which is no part of a space: documents' vectors do not depend on it. */
  ofQueries?: Readonly<Record<string, unknown>>;
  /** The part that only affects answers from a context, which are never embedded. */
  withContext?: Readonly<Record<string, unknown>>;
}

/** The properties of a model on which results depend. */
export interface ModelIdentity {
  id: string;
  revision: string;
  /** Formats of all sessions, as in `DtypePlan.label`. */
  dtype: string;
  /** The prompts that its folder declares; needed for spaces of the first version. */
  prompts: ModelDescriptor['prompts'];
  recipe: Recipe;
}

/** An input whose images are replaced by hashes of their content; computed once for both caches. */
export interface InputIdentity {
  images: readonly string[];
  layout: string;
  text: string;
  instruction: string;
  /** Supplied trace; null: none. */
  trace: SuppliedTrace | null;
  /** Passages to answer from; absent: none. */
  context?: readonly string[];
}

/**
 * The kernels that compute a result. Their results differ by rounding, at 4 bits by up to about 1e-4 in cosine similarity. The number
 * of a set increases when the rewrite of graphs changes its rounding.
 */
export type Kernels = 'wasm/4' | 'wasm/standard' | 'webgpu/2';

/** Key of the trace a reasoner (a local one, or a reasoner function's id) writes about an input. */
export function traceKey(parts: {
  input: InputIdentity;
  reasoner: ModelIdentity | string;
  kernels: Kernels;
  think: 'answer' | 'full';
}): Promise<string> {
  return sha256Text(
    canonical([
      'trace',
      RESULTS_VERSION,
      identityParts(parts.input),
      model(parts.reasoner),
      parts.kernels,
      parts.think,
      ...answerFrom(parts.input.context, parts.reasoner),
    ]),
  );
}

/** Key of the vector of an input, traces included: `space` stands for models, recipes, dimensions, think mode and the version of results. */
export function vectorKey(parts: {
  input: InputIdentity;
  space: string;
  kernels: Kernels;
  role: Role;
  think: string;
  /** Of the embedder's recipe. */
  ofQueries?: Recipe['ofQueries'] | undefined;
}): Promise<string> {
  const { input, space, kernels, role, think, ofQueries } = parts;
  const own = role === 'query' && ofQueries ? [ofQueries] : [];
  return sha256Text(canonical(['embedding', identityParts(input), space, kernels, role, think, ...own]));
}

/** Canonical JSON: keys of objects are sorted, arrays keep their order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * Identifies an input. The source of its trace is included, since a trace written by a local model may give another vector than
 * the same text from elsewhere.
 */
export function identityParts({ images, layout, text, instruction, trace }: InputIdentity) {
  const own = trace?.source === 'reasoner' || trace?.source === 'print' ? [trace.source] : [];
  return [
    images,
    layout,
    text,
    instruction,
    trace?.text ?? null,
    ...own,
    ...(trace?.part ? [trace.part] : []),
  ];
}

function model(identity: ModelIdentity | string) {
  return typeof identity === 'string'
    ? ['external', identity]
    : [identity.id, identity.revision, identity.dtype, withoutContext(identity.recipe)];
}

function answerFrom(context: readonly string[] | undefined, reasoner: ModelIdentity | string) {
  if (context === undefined) return [];
  return [context, typeof reasoner === 'string' ? null : (reasoner.recipe.withContext ?? null)];
}

/** The recipe of everything except answers from a context. */
export function withoutContext({ withContext: _, ...recipe }: Recipe): Recipe {
  return recipe;
}
