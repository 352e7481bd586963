import { isTteError, TteError, type TteErrorCode } from '../shared/errors.ts';

/** Converts what the caller's function throws to an error with this code, unless it is a TteError. @param who subject of the message */
export async function failingAs<T>(code: TteErrorCode, who: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isTteError(cause)) throw cause;
    const detail = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new TteError(code, `${who} failed: ${detail}`, { cause });
  }
}
