/** Copies metadata and filters as plain JSON, which removes a framework's proxies and protects against later changes by the caller. */
import { invalid } from '../shared/errors.ts';
import type { JsonValue, Metadata, MetadataFilter } from '../shared/index-types.ts';

const MAX_DEPTH = 100;

/**
 * @param field the caller's name for the value: `items[1].metadata`
 * @throws TteError invalid-input, naming the field that JSON cannot hold
 */
export function plainMetadata(metadata: unknown, field: string): Metadata {
  if (!isObject(metadata) || Array.isArray(metadata)) throw invalid(`${field}: must be an object.`);
  return copy(metadata, field, []) as Metadata;
}

/** Undefined means no filter and stays undefined. @throws TteError invalid-input, naming the field */
export function plainFilter(where: MetadataFilter | undefined, field: string): MetadataFilter | undefined {
  if (where === undefined) return undefined;
  if (!isObject(where) || Array.isArray(where))
    throw invalid(`${field}: must be an object like { kind: 'photo' }.`);
  return copy(where, field, []) as MetadataFilter;
}

function copy(value: unknown, field: string, above: readonly object[]): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (!isObject(value)) throw invalid(`${field}: ${unfit(value)}`);
  if (above.includes(value)) throw invalid(`${field}: this object contains itself.`);
  if (above.length === MAX_DEPTH) throw invalid(`${field}: is nested more than ${MAX_DEPTH} levels deep.`);
  const path = [...above, value];
  if (Array.isArray(value)) return Array.from(value, (one, i) => copy(one, `${field}[${i}]`, path));
  if (!isPlain(value)) throw invalid(`${field}: ${unfit(value)}`);
  // Undefined fields are dropped, as in JSON. `fromEntries` also copies a field named __proto__.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, copy(one, `${field}.${key}`, path)]),
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Works for objects of any realm, and behind a proxy. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unfit(value: unknown): string {
  if (typeof value === 'number')
    return `${value} is not a number that JSON can represent. Pass null, or leave the field out.`;
  if (typeof value === 'bigint') return 'JSON has no BigInt. Give a number or a string.';
  if (typeof value !== 'object')
    return `JSON has no ${typeof value}. Give a string, number, boolean, null, array or plain object.`;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Date') return 'JSON has no Date. Give its toISOString() or its number of milliseconds.';
  return `JSON has no ${value?.constructor?.name ?? kind}. Give a plain object or an array.`;
}
