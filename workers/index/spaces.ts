/** The space of an index, and the space that an operation demands. */
import { TteError } from '../../src/shared/errors.ts';
import type { IndexRef } from '../../src/shared/index-protocol.ts';
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { Engine } from '../pipeline/engine.ts';

/** The space that an operation demands, given that of the index, if it exists. Null: any. */
export type SpaceDemand = (stored: SpaceManifest | null) => Promise<SpaceManifest | null>;

/** The embedder's space if one is attached, otherwise that with the caller's name, if given. */
export function demandOf(ref: IndexRef, engine: Engine | null): SpaceDemand {
  return async (stored) => {
    if (engine !== null) return embeddersSpace(ref, engine, stored);
    return ref.space === null ? null : namedSpace(ref.space, ref.dimensions, stored);
  };
}

/** Options that are not given are those of the stored index; for a new index the full dimensions and `never`. */
export function embeddersSpace(
  ref: IndexRef,
  engine: Engine,
  stored: SpaceManifest | null,
): Promise<SpaceManifest> {
  const dimensions = ref.dimensions ?? stored?.dimensions;
  const options = {
    think: ref.think ?? stored?.think ?? ('never' as const),
    ...(dimensions !== undefined && { dimensions }),
  };
  return engine.manifest(options, stored?.space);
}

/** The space of the caller's own vectors, of which only the name is known. */
function namedSpace(name: string, dimensions: number | null, stored: SpaceManifest | null): SpaceManifest {
  const length = dimensions ?? stored?.dimensions;
  if (length === undefined) {
    throw new TteError(
      'invalid-input',
      'options.dimensions: pass the length of the vectors of this new index.',
    );
  }
  return {
    format: 1,
    space: name,
    dimensions: length,
    metric: 'cosine',
    normalised: true,
    embedder: null,
    prompts: null,
    think: 'never',
    reasoner: null,
  };
}

export function isSameSpace(a: SpaceManifest, b: SpaceManifest): boolean {
  return a.space === b.space && a.dimensions === b.dimensions;
}

export const nameOfSpace = ({ space, dimensions }: SpaceManifest) => `${space} (${dimensions} dimensions)`;

/** @throws TteError space-mismatch, naming both spaces and how to resolve it */
export function requireSameSpace(name: string, stored: SpaceManifest, needed: SpaceManifest): void {
  if (isSameSpace(stored, needed)) return;
  throw new TteError(
    'space-mismatch',
    `The index '${name}' is in the space ${nameOfSpace(stored)}, not in ${nameOfSpace(needed)}. Open it with the model and options it was made ` +
      "with, embed its texts again (`onSpaceMismatch: 'reembed'`), or open it without a model: openIndex(name) of the package.",
  );
}
