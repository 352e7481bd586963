import { expect, test } from 'vitest';
import { escaped } from './spans.ts';

test.each(['', 'i', 'u', 'giu'])(
  'every sign stands for itself in an expression with the flags "%s"',
  (flags) => {
    for (let code = 0x20; code < 0x7f; code++) {
      const text = `a${String.fromCharCode(code)}b`;
      expect(new RegExp(`^(?:${escaped(text)})$`, flags).test(text), text).toBe(true);
    }
  },
);
