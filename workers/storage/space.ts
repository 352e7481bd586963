/** The fingerprint of a vector space; vectors are comparable only within one space. */
import type { ThinkMode } from '../../src/shared/types.ts';
import { sha256Text } from './hash.ts';
import { canonical, type ModelIdentity, RESULTS_VERSION, withoutContext } from './keys.ts';
import { fingerprintedPrompts } from './legacy.ts';

/**
 * Vectors of this version of results and later ones are comparable: an index made with them is opened as it is and reports an earlier
 * space. Set it to `RESULTS_VERSION` when a change makes old and new vectors of the same input incomparable; older indexes can then
 * still be read, but must be re-embedded for searching.
 */
const COMPARABLE_SINCE = 1;

export interface SpaceParts {
  embedder: ModelIdentity;
  dimensions: number;
  think: ThinkMode;
  /** The source of traces: a local reasoner, a reasoner function's id, or null. Used only if the think mode can produce traces. */
  reasoner: ModelIdentity | string | null;
}

/**
 * `{id}@{revision}/{dtype}/{dimensions}/{think}#{8 hex digits}`, such as `pico@5d41402abc4b/q4/384/answer#1a2b3c4d`. The digits
 * are of a SHA-256 over all parts, the models' recipes (prompts, pooling, limits, fusion weights) and the version of results
 * included; what only thinking uses is left out where there is none. The device is no part: one dtype's vectors from WebGPU and
 * WASM belong together (golden vectors see to it).
 */
export async function spaceOf(parts: SpaceParts, version = RESULTS_VERSION): Promise<string> {
  const { embedder, dimensions, think } = parts;
  const hash = await sha256Text(canonical(version === 1 ? partsOfVersion1(parts) : partsOf(parts, version)));
  return `${embedder.id}@${embedder.revision}/${embedder.dtype}/${dimensions}/${think}#${hash.slice(0, 8)}`;
}

/** The names of this space in earlier versions. */
export function earlierSpacesOf(parts: SpaceParts): Promise<string[]> {
  const versions = Array.from({ length: RESULTS_VERSION - COMPARABLE_SINCE }, (_, i) => COMPARABLE_SINCE + i);
  return Promise.all(versions.map((version) => spaceOf(parts, version)));
}

function partsOf({ embedder, dimensions, think, reasoner }: SpaceParts, version: number): unknown {
  const { id, revision, dtype, recipe } = embedder;
  const thinking = think !== 'never';
  const model = [id, revision, dtype, recipe.always, thinking ? (recipe.withTrace ?? null) : null];
  return ['space', version, model, dimensions, think, thinking ? writer(reasoner) : null];
}

function writer(reasoner: ModelIdentity | string | null): unknown {
  if (reasoner === null || typeof reasoner === 'string') return reasoner;
  const { id, revision, dtype, recipe } = reasoner;
  return [id, revision, dtype, withoutContext(recipe)];
}

/** The first version identified a model only by the prompts that its folder declares. */
function partsOfVersion1({ embedder, dimensions, think, reasoner }: SpaceParts): unknown {
  const known = ({ id, revision, dtype, prompts }: ModelIdentity) => ({
    id,
    revision,
    dtype,
    prompts: fingerprintedPrompts(prompts),
  });
  const by = reasoner === null || typeof reasoner === 'string' ? reasoner : known(reasoner);
  return [known(embedder), dimensions, think, think === 'never' ? null : by];
}
