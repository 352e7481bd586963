import { expect, test } from 'vitest';
import { chooseDot, type SimdDot } from './dot.ts';

const pairs = (17 << 16) | (-59 & 0xffff);

test.each<[string, Parameters<typeof chooseDot>[0], SimdDot]>([
  ['no relaxed SIMD', null, 'plain'],
  [
    'four products in one instruction, the second operand unsigned',
    { saturating: 129_540, fours: 958, pairs },
    'fused',
  ],
  [
    'four products in one instruction, both operands signed',
    { saturating: -508, fours: 958, pairs },
    'fused',
  ],
  ['four products composed of pairs', { saturating: 65_534, fours: 958, pairs }, 'relaxed'],
  [
    'an addend that is lost, as with the baseline compiler of V8 11.3',
    { saturating: 131_068, fours: -84, pairs },
    'relaxed',
  ],
  ['wrong pairs', { saturating: 129_540, fours: 958, pairs: 17 << 16 }, 'plain'],
])('%s', (_, probe, dot) => {
  expect(chooseDot(probe)).toBe(dot);
});
