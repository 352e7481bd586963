/** Checks that apply to the options of all calls. */
import { invalid } from '../shared/errors.ts';
import { part } from './part.ts';

/** @throws TteError invalid-input */
export function checkOptionsObject(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw invalid(`options: pass an object, not ${options}.`);
  const { signal } = options as { signal?: Partial<AbortSignal> | null };
  if (signal !== undefined && !signal?.addEventListener)
    throw invalid('options.signal: pass an AbortSignal.');
}

let names: Promise<typeof import('./option-names.ts')> | null = null;

/**
 * Also checks the names, which needs a separate chunk. Creating an embedder and opening an index load it, so that later calls
 * wait for no request and need no network.
 * @throws TteError invalid-input
 */
export async function checkCommonOptions(options: object): Promise<void> {
  checkOptionsObject(options);
  names ??= part(import('./option-names.ts')).catch((error) => {
    names = null; // the next call tries again
    throw error;
  });
  (await names).checkNames(options);
}
