import { describe, expect, it } from 'vitest';
import { createLoopDetector } from './loop-detector.ts';

/** Index of the token at which a loop is detected, or -1. */
function seenAt(tokens: readonly number[]): number {
  const { push } = createLoopDetector();
  return tokens.findIndex(push);
}

const repeat = (unit: readonly number[], times: number): number[] =>
  Array.from({ length: times }, () => unit).flat();
const range = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

describe('loop detector', () => {
  it('sees one token repeated, after a lead-in', () => {
    expect(seenAt([...range(10, 100), ...repeat([5], 40)])).toBe(10 + 24);
  });

  it('sees a sentence said a third time', () => {
    const sentence = range(20);
    expect(seenAt(repeat(sentence, 2))).toBe(-1);
    expect(seenAt(repeat(sentence, 4))).toBe(59);
  });

  it('lets lists, rulers and refrains pass', () => {
    expect(seenAt(repeat([7], 20))).toBe(-1);
    expect(seenAt(range(12).flatMap((i) => [i + 100, 1, 2, 3]))).toBe(-1);
    expect(seenAt([...repeat(range(30), 2), ...range(30, 500), ...range(30)])).toBe(-1);
  });

  it('sees long units up to its limit, and not beyond', () => {
    expect(seenAt(repeat(range(64), 3))).toBe(64 * 3 - 1);
    expect(seenAt(repeat(range(65), 5))).toBe(-1);
  });
});
