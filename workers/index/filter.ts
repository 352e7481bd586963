/** Compiles metadata filters to predicates. */
import { invalid } from '../../src/shared/errors.ts';
import type { JsonValue, Metadata, MetadataFilter } from '../../src/shared/index-types.ts';

export type MetadataPredicate = (metadata: Metadata) => boolean;
type Test = (value: JsonValue | undefined) => boolean;

const RANGE = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
} satisfies Record<string, (a: number | string, b: number | string) => boolean>;

/** @throws TteError invalid-input, naming the field */
export function compileFilter(where: MetadataFilter, path = 'where'): MetadataPredicate {
  if (!isObject(where)) throw invalid(`${path}: must be an object like { kind: 'photo' }.`);
  const parts = Object.entries(where)
    .filter(([, condition]) => condition !== undefined)
    .map(([field, condition]) => compilePart(field, condition, `${path}.${field}`));
  return (metadata) => parts.every((fits) => fits(metadata));
}

function compilePart(field: string, condition: unknown, path: string): MetadataPredicate {
  if (field === 'not') {
    const fits = compileFilter(condition as MetadataFilter, path);
    return (metadata) => !fits(metadata);
  }
  if (field === 'and' || field === 'or') {
    if (!Array.isArray(condition)) throw invalid(`${path}: must be an array of filters.`);
    const parts = condition.map((one, i) => compileFilter(one, `${path}[${i}]`));
    if (field === 'and') return (metadata) => parts.every((fits) => fits(metadata));
    return (metadata) => parts.some((fits) => fits(metadata));
  }
  const test = compileTest(condition, path);
  const read = fieldReader(field);
  return (metadata) => test(read(metadata));
}

/** Reads own properties only, since every object has a `constructor`. A field may also have a dot in its name. */
export function fieldReader(field: string): (metadata: Metadata) => JsonValue | undefined {
  const steps = field.split('.');
  const inside = (value: JsonValue | undefined, step: string) =>
    isObject(value) && Object.hasOwn(value, step) ? (value[step] as JsonValue) : undefined;
  return (metadata) =>
    Object.hasOwn(metadata, field) ? metadata[field] : steps.reduce<JsonValue | undefined>(inside, metadata);
}

function compileTest(condition: unknown, path: string): Test {
  if (isScalar(condition)) return anyOf(new Set([condition]));
  if (!isObject(condition)) throw invalid(`${path}: must be a string, number, boolean, null or a condition.`);
  const keys = Object.keys(condition).filter((key) => condition[key] !== undefined);
  if (keys.length === 1 && keys[0] === 'in') return anyOf(new Set(scalars(condition.in, `${path}.in`)));
  if (keys.length === 1 && keys[0] === 'all') {
    const tests = scalars(condition.all, `${path}.all`).map((one) => anyOf(new Set([one])));
    return (value) => tests.every((test) => test(value));
  }
  if (keys.length === 1 && keys[0] === 'exists') {
    const wanted = Boolean(condition.exists);
    return (value) => (value !== undefined && value !== null) === wanted;
  }
  if (keys.length > 0 && keys.every((key) => Object.hasOwn(RANGE, key))) {
    const bounds = keys.map((key) => {
      const bound = condition[key];
      if (typeof bound !== 'number' && typeof bound !== 'string') {
        throw invalid(`${path}.${key}: must be a number or a string.`);
      }
      return [RANGE[key as keyof typeof RANGE], bound] as const;
    });
    return (value) =>
      bounds.every(
        ([holds, bound]) => typeof value === typeof bound && holds(value as string, bound as string),
      );
  }
  throw invalid(
    `${path}: must have one of in, all, exists, or gt, gte, lt, lte; not { ${keys.join(', ')} }.`,
  );
}

const anyOf =
  (wanted: ReadonlySet<unknown>): Test =>
  (value) =>
    Array.isArray(value) ? value.some((one) => wanted.has(one)) : wanted.has(value);

function scalars(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value) || !value.every(isScalar)) {
    throw invalid(`${path}: must be an array of strings, numbers, booleans or null.`);
  }
  return value;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
