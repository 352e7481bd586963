/** Arguments of commands, read strictly: what is unknown, or has a wrong value, is refused instead of ignored. */
import { statSync } from 'node:fs';
import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';

/** @returns what the value must be, if it is wrong */
export type Check = (value: string) => string | undefined;

export interface Option extends ParseArgsOptionDescriptor {
  check?: Check;
}

export type Options = Readonly<Record<string, Option>>;

export interface Arguments<O extends Options> {
  values: ReturnType<typeof parseArgs<{ options: O }>>['values'];
  /** Arguments that are not options. */
  positionals: string[];
}

/** The arguments of a command that are not options. */
export interface Positionals {
  /** How many it takes. */
  most: number;
  check?: Check;
}

/**
 * Every command also knows `--help` and `-h`.
 *
 * @throws Error that says what is wrong
 */
export function parseArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  { most, check: checkPositional }: Positionals = { most: 0 },
): Arguments<O> | 'help' {
  const known: Options = { ...options, help: { type: 'boolean', short: 'h' } };
  const { values, positionals } = parseArgs({
    args: [...args],
    options: known,
    allowPositionals: most > 0,
  });
  if (values.help) return 'help';
  if (positionals.length > most) throw new Error(`Unexpected argument '${positionals[most]}'.`);
  for (const value of positionals) {
    const wrong = checkPositional?.(value);
    if (wrong) throw new Error(`"${value}" must be ${wrong}.`);
  }
  for (const [name, { check }] of Object.entries(known)) {
    for (const value of [values[name]].flat()) {
      const wrong = typeof value === 'string' && check?.(value);
      if (wrong) throw new Error(`--${name}: must be ${wrong}, not "${value}".`);
    }
  }
  return { values: values as Arguments<O>['values'], positionals };
}

export function oneOf(known: readonly string[]): Check {
  return (value) => (known.includes(value) ? undefined : `one of ${known.join(', ')}`);
}

export function wholeNumber(least: number): Check {
  return (value) =>
    /^\d+$/.test(value) && Number(value) >= least ? undefined : `an integer of at least ${least}`;
}

export const existingFolder: Check = (value) =>
  statSync(value, { throwIfNoEntry: false })?.isDirectory() ? undefined : 'a folder that exists';
