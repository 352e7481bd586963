/** Cache keys: SHA-256 over everything that a result depends on. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Device, Role } from '../../src/shared/types.ts';
import { sha256Text } from './hash.ts';

/**
 * Version of this package's results: raised whenever the same model gives another vector or another trace for the same input than
 * before, so that caches do not answer with what is out of date. What that means for indexes is in `space.ts`.
 * 2: special tokens in people's texts are read as words; transparent images are laid on white.
 */
export const RESULTS_VERSION = 2;

/** What decides a model's results besides its weights and the input, as the code uses it: defaults filled in. Plain data. */
export interface Recipe {
  always: Readonly<Record<string, unknown>>;
  /** What only inputs with a trace meet. */
  withTrace?: Readonly<Record<string, unknown>>;
}

/** The properties of a model on which results depend. */
export interface ModelIdentity {
  id: string;
  revision: string;
  /** Formats of all sessions, as in `DtypePlan.label`. */
  dtype: string;
  /** As its folder declares them: what the first version knew it by. */
  prompts: ModelDescriptor['prompts'];
  recipe: Recipe;
}

/** An input, with its images already reduced to hashes of their content: made once, used for both caches. */
export interface InputIdentity {
  images: readonly string[];
  layout: string;
  text: string;
  instruction: string;
  /** Supplied trace; null: none. */
  trace: string | null;
}

/** Key of the trace a reasoner (a local one, or a reasoner function's id) writes about an input. */
export function traceKey(parts: {
  input: InputIdentity;
  reasoner: ModelIdentity | string;
  device: Device;
  think: 'answer' | 'full';
}): Promise<string> {
  return sha256Text(
    canonical([
      'trace',
      RESULTS_VERSION,
      input(parts.input),
      model(parts.reasoner),
      parts.device,
      parts.think,
    ]),
  );
}

/** Key of the vector of an input, traces included: `space` stands for models, recipes, dimensions, think mode and the version of results. */
export function vectorKey(parts: {
  input: InputIdentity;
  space: string;
  device: Device;
  role: Role;
  think: string;
}): Promise<string> {
  return sha256Text(
    canonical(['embedding', input(parts.input), parts.space, parts.device, parts.role, parts.think]),
  );
}

/** Canonical JSON: keys of objects are sorted, arrays keep their order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function input({ images, layout, text, instruction, trace }: InputIdentity) {
  return [images, layout, text, instruction, trace];
}

function model(identity: ModelIdentity | string) {
  return typeof identity === 'string'
    ? ['external', identity]
    : [identity.id, identity.revision, identity.dtype, identity.recipe];
}
