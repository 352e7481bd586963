/** Checks what the options of all calls have in common. */
import { invalid } from '../shared/errors.ts';

/** @throws TteError invalid-input */
export function checkGiven(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw invalid(`options: ${options} is no object.`);
  const { signal } = options as { signal?: Partial<AbortSignal> | null };
  if (signal !== undefined && !signal?.addEventListener)
    throw invalid('options.signal: pass an AbortSignal.');
}

/** Also checks their names, by code that most calls, which have no options, need not load. @throws TteError invalid-input */
export async function checkAll(options: object): Promise<void> {
  checkGiven(options);
  if (Object.keys(options).length > 0) (await import('./option-names.ts')).checkNames(options);
}
