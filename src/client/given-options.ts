/** Checks what the options of all calls have in common. */
import { invalid } from '../shared/errors.ts';

/** @throws TteError invalid-input */
export function checkGiven(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw invalid(`options: ${options} is no object.`);
  const { signal } = options as { signal?: Partial<AbortSignal> | null };
  if (signal !== undefined && !signal?.addEventListener)
    throw invalid('options.signal: pass an AbortSignal.');
}

let names: Promise<typeof import('./option-names.ts')> | null = null;

/**
 * Also checks their names, by a chunk of its own. Whoever creates an embedder or opens an index checks first, so that later calls find the
 * chunk loaded: they wait for no request, and need no network.
 * @throws TteError invalid-input
 */
export async function checkAll(options: object): Promise<void> {
  checkGiven(options);
  names ??= import('./option-names.ts').catch((error) => {
    names = null; // the next call tries again
    throw error;
  });
  (await names).checkNames(options);
}
