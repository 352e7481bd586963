/** The fingerprint of a vector space: vectors are comparable only within one. */
import type { ThinkMode } from '../../src/shared/types.ts';
import { sha256Text } from './hash.ts';
import { canonical, type ModelIdentity } from './keys.ts';
import { fingerprintedPrompts } from './legacy.ts';

export interface SpaceParts {
  embedder: ModelIdentity;
  dimensions: number;
  think: ThinkMode;
  /** The local reasoner, a reasoner function's name, or null. Counts only where there is thinking. */
  reasoner: ModelIdentity | string | null;
}

/**
 * `{id}@{revision}/{dtype}/{dimensions}/{think}#{8 hex digits}`, such as `pico@5d41402abc4b/q4/384/answer#1a2b3c4d`. The digits
 * are of a SHA-256 over all parts, prompts and reasoner included. The device is no part: one dtype's vectors from WebGPU
 * and WASM belong together (golden vectors see to it).
 */
export async function spaceOf({ embedder, dimensions, think, reasoner }: SpaceParts): Promise<string> {
  const parts = [identityOf(embedder), dimensions, think, think === 'never' ? null : identityOf(reasoner)];
  const hash = await sha256Text(canonical(parts));
  return `${embedder.id}@${embedder.revision}/${embedder.dtype}/${dimensions}/${think}#${hash.slice(0, 8)}`;
}

function identityOf(model: ModelIdentity | string | null) {
  if (model === null || typeof model === 'string') return model;
  return { ...model, prompts: fingerprintedPrompts(model.prompts) };
}
