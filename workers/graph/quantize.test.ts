import { expect, test } from 'vitest';
import { toInt8PerChannel } from './quantize.ts';

const shape = { n: 2, k: 4, blockSize: 2 } as const;

test('4-bit blocks with packed zero points', () => {
  // Row 0: blocks (1, 15) − 8 · 0.5 = (−3.5, 3.5), (0, 4) − 2 · 1 = (−2, 2). Row 1: all at its zero point.
  const source = {
    ...shape,
    bits: 4 as const,
    packed: Uint8Array.of(0xf1, 0x40, 0x33, 0x55),
    scales: Float32Array.of(0.5, 1, 1, 1),
    zeroPoints: Uint8Array.of(0x28, 0x53),
  };
  const { weights, scales } = toInt8PerChannel(source);
  // [k, n]; the largest magnitude, 3.5, becomes 127 and 2 becomes 72.57.
  expect([...weights]).toEqual([-127, 0, 127, 0, -73, 0, 73, 0]);
  expect(scales[0]).toBeCloseTo(3.5 / 127, 7);
  expect(scales[1]).toBe(0);
});

test('without zero points the middle is zero; 8 bits; tiles of one channel', () => {
  const source = {
    ...shape,
    bits: 8 as const,
    packed: Uint8Array.of(128, 0, 255, 129, 128, 130, 126, 128),
    scales: Float32Array.of(1, 2, 1, 3),
    zeroPoints: undefined,
  };
  const { weights, scales } = toInt8PerChannel(source, 1);
  // Row 0: 0, −128, 254, 2; row 1: 0, 2, −6, 0. [n, k, 1].
  expect([...weights]).toEqual([0, -64, 127, 1, 0, 42, -127, 0]);
  expect(scales[0]).toBeCloseTo(254 / 127, 6);
  expect(scales[1]).toBeCloseTo(6 / 127, 7);
});

test('rows that end within a block and within a byte', () => {
  const source = {
    n: 1,
    k: 3,
    blockSize: 16,
    bits: 4 as const,
    packed: Uint8Array.of(0x9a, 0xfc, 0, 0, 0, 0, 0, 0),
    scales: Float32Array.of(1),
    zeroPoints: Float32Array.of(8),
  };
  // 2, 1, 4; the fourth value, 7, is padding.
  const { weights, scales } = toInt8PerChannel(source);
  expect([...weights]).toEqual([64, 32, 127]);
  expect(scales[0]).toBeCloseTo(4 / 127, 7);
});
