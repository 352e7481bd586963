/** Keys of the caches: SHA-256 over everything a result depends on. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Device, Role } from '../../src/shared/types.ts';
import { sha256Text } from './hash.ts';
import { fingerprintedPrompts } from './legacy.ts';

/** A model as far as results depend on it. */
export interface ModelIdentity {
  id: string;
  revision: string;
  /** Of all sessions, as `DtypePlan.label`. */
  dtype: string;
  prompts: ModelDescriptor['prompts'];
}

/** An input, with its images already reduced to their hashes: computed once, used for both caches. */
export interface InputIdentity {
  images: readonly string[];
  layout: string;
  text: string;
  instruction: string;
  /** Supplied trace; null: none. */
  trace: string | null;
}

/** Key of the trace a reasoner (a local one, or a reasoner function's name) writes about an input. */
export function traceKey(parts: {
  input: InputIdentity;
  reasoner: ModelIdentity | string;
  device: Device;
  think: 'answer' | 'full';
}): Promise<string> {
  return sha256Text(
    canonical(['trace', input(parts.input), model(parts.reasoner), parts.device, parts.think]),
  );
}

/** Key of the vector of an input, traces included: `space` stands for embedder, reasoner, prompts, dims and think mode. */
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

/** Unambiguous text of nested parts: keys of objects in order, arrays as they are. */
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
    : [identity.id, identity.revision, identity.dtype, fingerprintedPrompts(identity.prompts)];
}
