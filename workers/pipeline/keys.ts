/** Cache keys and space fingerprints of one loaded pair of models. */
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Device, ThinkMode } from '../../src/shared/types.ts';
import { type InputIdentity, type ModelIdentity, traceKey, vectorKey } from '../storage/keys.ts';
import { spaceOf } from '../storage/space.ts';
import type { Input } from './input.ts';
import type { ThinkPlan } from './thinking.ts';

export interface Keys {
  vector(input: Input, hashes: readonly string[], plan: ThinkPlan, options: WireOptions): Promise<string>;
  trace(input: Input, hashes: readonly string[], think: 'answer' | 'full'): Promise<string>;
  /** Fingerprint of the space that a call's vectors belong to. */
  space(options: WireOptions, plan: ThinkPlan): Promise<string>;
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

  function space({ think, dimensions = parts.dimensions }: WireOptions, plan: ThinkPlan): Promise<string> {
    const mode = spaceMode(think, plan);
    const name = `${mode}/${dimensions}`;
    const known = spaces.get(name) ?? spaceOf({ embedder, dimensions, think: mode, reasoner });
    spaces.set(name, known);
    return known;
  }

  return {
    space,
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
function spaceMode(asked: ThinkMode, { supplied, decision }: ThinkPlan): ThinkMode {
  return supplied && asked === 'never' ? decision.mode : asked;
}

function identity({ layout, text, instruction, trace }: Input, images: readonly string[]): InputIdentity {
  return { images, layout, text, instruction, trace };
}
