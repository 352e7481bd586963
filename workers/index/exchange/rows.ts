/** Records in the form of files: one row per item, with the same field names in every format. */
import { TteError } from '../../../src/shared/errors.ts';
import type { IndexRecord, Metadata } from '../../../src/shared/index-types.ts';
import { isPortable } from '../../../src/shared/well-formed.ts';

/** A record from a file; fields that other tools may omit are null. */
export interface ImportedRecord extends Omit<IndexRecord, 'vector' | 'contentHash' | 'addedAt'> {
  vector: Float32Array<ArrayBuffer> | null;
  contentHash: string | null;
  addedAt: number | null;
}

/** Records to write, in batches of any size. */
export type Batches = AsyncIterable<readonly IndexRecord[]>;

/** A record without its vector, which every format writes in its own way. */
export interface Row {
  id: string;
  text: string;
  metadata: Metadata;
  trace: string | null;
  content_hash: string;
  /** ISO 8601. */
  added_at: string;
}

export function rowOf(record: IndexRecord): Row {
  return {
    id: record.id,
    text: record.text,
    metadata: record.metadata,
    trace: record.trace,
    content_hash: record.contentHash,
    added_at: new Date(record.addedAt).toISOString(),
  };
}

/**
 * Parses a row; missing or null fields become empty, and numeric ids become strings.
 * @param place file and line or row, for messages
 * @param dimensions the manifest's; null without a manifest, which allows any length
 * @throws TteError invalid-input
 */
export function recordOf(
  row: Readonly<Record<string, unknown>>,
  place: string,
  dimensions: number | null,
): ImportedRecord {
  const faulty = (field: string, need: string) =>
    new TteError('invalid-input', `${place}: "${field}" must be ${need}`);
  const textOf = (field: string): string | null => {
    const value = row[field] ?? null;
    if (value !== null && typeof value !== 'string') throw faulty(field, 'text');
    return value;
  };
  const id = ['number', 'bigint'].includes(typeof row.id) ? String(row.id) : row.id;
  if (typeof id !== 'string' || id === '') throw faulty('id', 'text, and not empty');
  if (!isPortable(id)) throw faulty('id', 'text without NUL and lone surrogates');
  const metadata = row.metadata ?? {};
  if (typeof metadata !== 'object' || Array.isArray(metadata)) throw faulty('metadata', 'an object');
  const addedAt = timeOf(row.added_at ?? null);
  if (Number.isNaN(addedAt)) throw faulty('added_at', 'a time');
  return {
    id,
    vector: row.vector == null ? null : vectorOf(row.vector, place, dimensions),
    text: textOf('text') ?? '',
    metadata: metadata as Metadata,
    trace: textOf('trace'),
    contentHash: textOf('content_hash'),
    addedAt,
  };
}

/** How far from 1 the length of a vector may be: rounding to 16 or even 8 bits stays far below, damage does not. */
const LENGTH_TOLERANCE = 0.01;

/** @throws TteError invalid-input: not a vector, or not one of the manifest's space */
export function vectorOf(
  value: unknown,
  place: string,
  dimensions: number | null,
): Float32Array<ArrayBuffer> {
  const isList = Array.isArray(value) || value instanceof Float32Array;
  const vector = Float32Array.from(isList ? value : [Number.NaN]);
  let squares = 0;
  for (const x of vector) squares += x * x;
  const isOurs =
    dimensions === null ||
    (vector.length === dimensions && Math.abs(Math.sqrt(squares) - 1) < LENGTH_TOLERANCE);
  if (isOurs && Number.isFinite(squares)) return vector;
  const need = dimensions === null ? 'finite numbers' : `${dimensions} numbers of length 1 (L2)`;
  throw new TteError('invalid-input', `${place}: "vector" must be ${need}`);
}

/** Milliseconds since 1970; NaN: not a time. */
function timeOf(value: unknown): number | null {
  if (value === null) return null;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
}

/** A float as text: nine significant digits name every 32-bit float exactly; more would only be longer. */
export function digits(x: number): number {
  return Number(x.toPrecision(9));
}
