/** Checks of what an index is given beside inputs of `embed`. */
import { invalid } from '../shared/errors.ts';
import { isPortable } from '../shared/well-formed.ts';

/** @throws TteError invalid-input */
export function checkIndexName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && isPortable(name)) return name;
  throw invalid('name: give the index a name: a string that is not empty, without NUL and lone surrogates.');
}

/** @throws TteError invalid-input */
export function checkId(id: unknown, field: string): string {
  if (typeof id === 'string' && id !== '' && isPortable(id)) return id;
  throw invalid(`${field}: give a string that is not empty, without NUL and lone surrogates.`);
}

/** As a plain array, which a framework's proxy is not. @throws TteError invalid-input */
export function checkIds(ids: unknown, field: string): string[] {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!isList) throw invalid(`${field}: give an array of ids, like ['a', 'b'].`);
  return [...ids];
}

/** @throws TteError invalid-input */
export function checkWholeNumber(value: unknown, least: number, field: string): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw invalid(`${field}: give a whole number from ${least}, not ${String(value)}.`);
}

/** A vector of the caller's own, brought to length 1 (L2). @throws TteError invalid-input */
export function unitVector(value: unknown, field: string): Float32Array<ArrayBuffer> {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const list = isList ? Array.from(value as ArrayLike<unknown>) : [];
  const numbers = Float32Array.from(list, (x) => (typeof x === 'number' ? x : Number.NaN));
  const length = Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
  if (length > 0 && Number.isFinite(length)) return numbers.map((x) => x / length);
  throw invalid(`${field}: give finite numbers that are not all 0, as a Float32Array or an array.`);
}
