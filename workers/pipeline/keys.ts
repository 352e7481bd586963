/** Cache keys and space fingerprints of one loaded pair of models. */
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Device, ThinkMode } from '../../src/shared/types.ts';
import { type InputIdentity, type ModelIdentity, traceKey, vectorKey } from '../storage/keys.ts';
import { spaceOf } from '../storage/space.ts';
import type { Input } from './input.ts';
import type { TracePlan } from './trace-plan.ts';

export interface Keys {
  vector(input: Input, hashes: readonly string[], plan: TracePlan, options: WireOptions): Promise<string>;
  trace(input: Input, hashes: readonly string[], think: 'answer' | 'full'): Promise<string>;
  /** Fingerprint of the space that a call's vectors belong to. */
  space(options: WireOptions, plan: TracePlan): Promise<string>;
  /** What targets have in common that are embedded with these options. */
  manifest(options: Pick<WireOptions, 'think' | 'dimensions'>): Promise<SpaceManifest>;
}

export function createKeys(parts: {
  embedder: ModelIdentity;
  /** The local reasoner, the reasoner function's name, or null. */
  reasoner: ModelIdentity | string | null;
  dimensions: number;
  device: Device;
}): Keys {
  const { embedder, reasoner, device } = parts;
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
    async manifest({ think, dimensions = parts.dimensions }) {
      const { id, revision, dtype, prompts } = embedder;
      return {
        format: 1,
        space: await spaceFor(think, dimensions),
        dimensions,
        metric: 'cosine',
        normalised: true,
        embedder: { id, revision, dtype },
        prompts: prompts.embed ?? null,
        think,
        reasoner: think === 'never' ? null : nameOf(reasoner),
      };
    },
    async vector(input, hashes, plan, options) {
      const { role } = options;
      const { mode } = plan.decision;
      return vectorKey({
        input: identity(input, hashes),
        space: await space(options, plan),
        device,
        role,
        think: mode,
      });
    },
    trace: (input, hashes, think) =>
      traceKey({
        input: { ...identity(input, hashes), trace: null },
        reasoner: reasoner ?? '',
        device,
        think,
      }),
  };
}

/**
 * The mode that names the space: what was asked for, since inputs of one index share their policy and not its outcome.
 * A supplied trace in a call that asked for none makes it what the trace is.
 */
function spaceMode(requested: ThinkMode, { supplied, decision }: TracePlan): ThinkMode {
  return supplied && requested === 'never' ? decision.mode : requested;
}

function nameOf(reasoner: ModelIdentity | string | null): string | null {
  if (reasoner === null || typeof reasoner === 'string') return reasoner;
  return `${reasoner.id}@${reasoner.revision}/${reasoner.dtype}`;
}

function identity({ layout, text, instruction, trace }: Input, images: readonly string[]): InputIdentity {
  return { images, layout, text, instruction, trace };
}
