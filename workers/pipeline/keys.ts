/** Cache keys and space fingerprints of the loaded models. */
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { ExternalReasonerId, WireOptions } from '../../src/shared/protocol.ts';
import type { ThinkMode } from '../../src/shared/types.ts';
import type { EmbedPrompts } from '../models/prompts.ts';
import {
  type InputIdentity,
  type Kernels,
  type ModelIdentity,
  traceKey,
  vectorKey,
} from '../storage/keys.ts';
import { earlierSpacesOf, spaceOf } from '../storage/space.ts';
import type { Input } from './input.ts';
import type { TracePlan } from './trace-plan.ts';

/** What documents of one index share. */
type SpaceOptions = Pick<WireOptions, 'think' | 'dimensions'>;

export interface Keys {
  /** Null: an unnamed reasoner function has a part in the vector, and nothing would tell when it changes. */
  vector(
    input: Input,
    hashes: readonly string[],
    plan: TracePlan,
    options: WireOptions,
  ): Promise<string | null>;
  /** Null likewise. */
  trace(input: Input, hashes: readonly string[], think: 'answer' | 'full'): Promise<string | null>;
  /** Fingerprint of the space that a call's vectors belong to. */
  space(options: WireOptions, plan: TracePlan): Promise<string>;
  /**
   * What documents have in common that are embedded with these options.
   * @param storedAs the space of vectors that are there; where it is an earlier version's name for this space, it stays
   */
  manifest(options: SpaceOptions, storedAs?: string): Promise<SpaceManifest>;
}

export function createKeys(parts: {
  embedder: ModelIdentity;
  /** The local reasoner, the page's reasoner function, or null. */
  reasoner: ModelIdentity | ExternalReasonerId | null;
  dimensions: number;
  kernels: Kernels;
}): Keys {
  const { embedder, kernels } = parts;
  const isUnnamed = parts.reasoner !== null && parts.reasoner.id === null;
  const reasoner = writerOf(parts.reasoner);
  const spaces = new Map<string, Promise<string>>();

  function spaceFor(think: ThinkMode, dimensions: number): Promise<string> {
    const name = `${think}/${dimensions}`;
    const known = spaces.get(name) ?? spaceOf({ embedder, dimensions, think, reasoner });
    spaces.set(name, known);
    return known;
  }

  const space = ({ think, dimensions = parts.dimensions }: WireOptions, plan: TracePlan) =>
    spaceFor(spaceMode(think, plan), dimensions);

  return {
    space,
    async manifest({ think, dimensions = parts.dimensions }, storedAs) {
      const { id, revision, dtype, recipe } = embedder;
      const earlier = await earlierSpacesOf({ embedder, dimensions, think, reasoner });
      const isEarlier = storedAs !== undefined && earlier.includes(storedAs);
      return {
        format: 1,
        space: isEarlier ? storedAs : await spaceFor(think, dimensions),
        dimensions,
        metric: 'cosine',
        normalised: true,
        embedder: { id, revision, dtype },
        prompts: recipe.always.prompts as EmbedPrompts,
        think,
        reasoner: think === 'never' ? null : nameOf(reasoner),
      };
    },
    async vector(input, hashes, plan, options) {
      const { role } = options;
      const { mode } = plan.decision;
      if (isUnnamed && mode !== 'never' && !plan.supplied) return null;
      return vectorKey({
        input: identity(input, hashes),
        space: await space(options, plan),
        kernels,
        role,
        think: mode,
        ofQueries: embedder.recipe.ofQueries,
      });
    },
    trace: async (input, hashes, think) =>
      isUnnamed
        ? null
        : traceKey({
            input: { ...identity(input, hashes), trace: null },
            reasoner: reasoner ?? '',
            kernels,
            think,
          }),
  };
}

/**
 * The think mode that is part of the space: the requested one, since inputs of one index share the request and not its outcome.
 * If `never` was requested but a trace was supplied, it is the form of that trace.
 */
function spaceMode(requested: ThinkMode, { supplied, decision }: TracePlan): ThinkMode {
  return supplied && requested === 'never' ? decision.mode : requested;
}

function writerOf(reasoner: ModelIdentity | ExternalReasonerId | null): ModelIdentity | string | null {
  if (reasoner === null || 'recipe' in reasoner) return reasoner;
  return reasoner.id ?? 'unnamed';
}

function nameOf(reasoner: ModelIdentity | string | null): string | null {
  if (reasoner === null || typeof reasoner === 'string') return reasoner;
  return `${reasoner.id}@${reasoner.revision}/${reasoner.dtype}`;
}

function identity(
  { layout, text, instruction, trace, context }: Input,
  images: readonly string[],
): InputIdentity {
  return { images, layout, text, instruction, trace, ...(context && { context }) };
}
