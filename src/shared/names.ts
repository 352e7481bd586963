/** Validates the names of what is stored. The worker does so for deletions, so that a page needs no further file for one. */
import { invalid } from './errors.ts';
import { isPortable } from './well-formed.ts';

/** @throws TteError invalid-input */
export function checkIndexName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && isPortable(name)) return name;
  throw invalid('name: pass the name of the index: a non-empty string without NUL and lone surrogates.');
}

/** @throws TteError invalid-input */
export function checkModelId(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id;
  throw invalid('id: pass the id of a model, as listed by storage().');
}

/** @throws TteError invalid-input */
export function checkCacheName(cache: unknown): 'vectors' | 'traces' {
  if (cache === 'vectors' || cache === 'traces') return cache;
  throw invalid(`cache: must be 'vectors' or 'traces', not ${String(cache)}.`);
}
