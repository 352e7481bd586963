/** Stores results of neighbouring positions in a plane. */
import type { Code, Local } from '../simd/assemble.ts';
import { i32, if_, lessThan, not, v128 } from '../simd/instructions.ts';
import { ROWS } from './layout.ts';

/** Stores the first `positions` lanes, or all four if there are more. */
export function storeLanes(target: Local, of: Local, positions: Code, offset = 0): Code {
  const isPart = lessThan(positions, i32.const(ROWS));
  return [
    if_(not(isPart), v128.store(target.get, of.get, offset)),
    if_(
      isPart,
      [0, 1, 2].map((lane) =>
        if_(lessThan(i32.const(lane), positions), v128.store32(target.get, of.get, offset + 4 * lane, lane)),
      ),
    ),
  ];
}
