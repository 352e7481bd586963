/** A value inside a JSON document with its path, so that error messages can name the field. */
import { TteError } from '../../src/shared/errors.ts';

export interface Field {
  /** Neither absent nor null. */
  readonly present: boolean;
  get(name: string): Field;
  text(): string;
  number(): number;
  boolean(): boolean;
  /** A positive integer. */
  count(): number;
  between(least: number, most: number): number;
  oneOf<Choice extends string>(choices: readonly Choice[]): Choice;
  /** A path inside the folder: relative, without `..`. */
  path(): string;
  object(): Record<string, unknown>;
  list<T>(read: (item: Field) => T): T[];
  record<T>(read: (item: Field) => T): Record<string, T>;
  /** @throws TteError model-invalid */
  fail(why: string): never;
}

/** @param path name of the value in messages, such as `tte.json` or `tte.json: embedding.pooling` */
export function field(path: string, value: unknown): Field {
  const fail = (why: string): never => {
    throw new TteError('model-invalid', `${path} ${why}`);
  };
  const inner = (name: string) => (path.includes(':') ? `${path}.${name}` : `${path}: ${name}`);
  const object = () =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : fail('must be an object');
  const text = () => (typeof value === 'string' ? value : fail('must be a string'));
  const number = () =>
    typeof value === 'number' && Number.isFinite(value) ? value : fail('must be a number');
  return {
    present: value !== undefined && value !== null,
    get(name) {
      const held =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
      return field(inner(name), held);
    },
    text,
    number,
    object,
    fail,
    boolean: () => (typeof value === 'boolean' ? value : fail('must be true or false')),
    count() {
      const found = number();
      return Number.isInteger(found) && found > 0 ? found : fail('must be a positive integer');
    },
    between(least, most) {
      const found = number();
      return found >= least && found <= most ? found : fail(`must lie between ${least} and ${most}`);
    },
    oneOf(choices) {
      return choices.find((choice) => choice === value) ?? fail(`must be one of ${choices.join(', ')}`);
    },
    path() {
      const found = text();
      const outside =
        found === '' || found.startsWith('/') || found.includes(':') || found.split('/').includes('..');
      return outside ? fail('must be a path inside the folder') : found;
    },
    list(read) {
      const items = Array.isArray(value) ? value : fail('must be a list');
      return items.map((item, index) => read(field(inner(String(index)), item)));
    },
    record(read) {
      return Object.fromEntries(
        Object.entries(object()).map(([name, item]) => [name, read(field(inner(name), item))]),
      );
    },
  };
}
