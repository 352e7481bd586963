import { assemble, define } from '../simd/assemble.ts';
import { relaxed } from '../simd/instructions.ts';

/** Whether the engine supports relaxed SIMD: it refuses a module with one of its instructions if it does not. */
export const hasRelaxedSimd = (): boolean =>
  WebAssembly.validate(
    assemble({ probe: define([], [], ['x'], ({ x }) => x.set(relaxed.dotPairs(x.get, x.get))) }),
  );
