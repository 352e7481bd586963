/** Validates ids, and arguments of index methods other than inputs of `embed`. */
import { invalid } from '../shared/errors.ts';
import { isPortable } from '../shared/well-formed.ts';

/** @throws TteError invalid-input */
export function checkId(id: unknown, field: string): string {
  if (typeof id === 'string' && id !== '' && isPortable(id)) return id;
  throw invalid(`${field}: pass a non-empty string without NUL and lone surrogates.`);
}

/** Copies the ids to a plain array, since they may be a framework's proxy. @throws TteError invalid-input */
export function checkIds(ids: unknown, field: string): string[] {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!isList) throw invalid(`${field}: pass an array of ids, like ['a', 'b'].`);
  return [...ids];
}

/** @throws TteError invalid-input */
export function checkWholeNumber(value: unknown, least: number, field: string): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw invalid(`${field}: must be an integer of at least ${least}, not ${String(value)}.`);
}

/** The caller's own vector, L2-normalised. @throws TteError invalid-input */
export function unitVector(value: unknown, field: string): Float32Array<ArrayBuffer> {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const list = isList ? Array.from(value as ArrayLike<unknown>) : [];
  const numbers = Float32Array.from(list, (x) => (typeof x === 'number' ? x : Number.NaN));
  const length = Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
  if (length > 0 && Number.isFinite(length)) return numbers.map((x) => x / length);
  throw invalid(`${field}: pass finite numbers, not all 0, as a Float32Array or an array.`);
}
