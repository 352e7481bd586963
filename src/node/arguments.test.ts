import { expect, test } from 'vitest';
import { existingFolder, oneOf, parseArguments, wholeNumber } from './arguments.ts';

const OPTIONS = {
  only: { type: 'string', multiple: true, check: oneOf(['a', 'b']) },
  n: { type: 'string', default: '1', check: wholeNumber(1) },
  data: { type: 'string', check: existingFolder },
  keep: { type: 'boolean' },
} as const;
const ONE = { most: 1, check: oneOf(['x', 'y']) };

test('gives values and the arguments that are no options', () => {
  expect(parseArguments(['--only', 'a', '--only=b', 'x', '--keep', '--data', 'src'], OPTIONS, ONE)).toEqual({
    values: { only: ['a', 'b'], n: '1', keep: true, data: 'src' },
    positionals: ['x'],
  });
});

test.each([[['--help']], [['-h']], [['--n', '0', '--help']]])('%j asks for help', (args) => {
  expect(parseArguments(args, OPTIONS)).toBe('help');
});

test.each([
  [['--hepl'], "Unknown option '--hepl'"],
  [['-k'], "Unknown option '-k'"],
  [['--only'], 'argument missing'],
  [['--only', 'a', '--only', 'c'], '--only: must be one of a, b, not "c".'],
  [['--n', '0'], '--n: must be an integer of at least 1, not "0".'],
  [['--n', '1e3'], '--n: must be'],
  [['--n='], '--n: must be'],
  [['--data', 'package.json'], '--data: must be a folder that exists'],
  [['--keep=no'], 'does not take an argument'],
  [['x', 'y'], "Unexpected argument 'y'"],
  [['z'], '"z" must be one of x, y.'],
])('%j is refused', (args, message) => {
  expect(() => parseArguments(args, OPTIONS, ONE)).toThrow(message);
});
