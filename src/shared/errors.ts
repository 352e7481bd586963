/** Error codes. The message of each error says what to do about it. */
export type TteErrorCode =
  | 'invalid-input' // the call's arguments are wrong; the message names the field
  | 'unsupported' // this model or browser cannot do it
  | 'model-not-found' // no such preset, folder or hub id, or a file of it is missing
  | 'model-invalid' // the folder is there, but its files contradict each other
  | 'download-failed' // network trouble; calling again resumes
  | 'integrity' // bytes did not match their length or SHA-256, also after one fresh download
  | 'quota' // the browser refuses to store this much, and it does not fit in memory either
  | 'device-lost' // the GPU went away; the embedder continues on WASM, call again
  | 'worker-died' // the worker crashed or was killed; the next call starts a new one
  | 'run-failed' // the runtime refused a computation
  | 'reasoner-failed' // the reasoner function or service threw
  | 'embedder-failed' // a custom embedder threw, or what it gave are no vectors
  | 'space-mismatch' // vectors of different spaces cannot be compared
  | 'aborted' // the caller's signal aborted; `name` is 'AbortError', or 'TimeoutError' after `AbortSignal.timeout`; `cause` is its reason
  | 'disposed' // the embedder was disposed
  | 'not-in-browser'; // used outside a browser; importing is safe

/** The error class of this package. `code` is stable, `message` is for humans. */
export class TteError extends Error {
  readonly code: TteErrorCode;

  constructor(code: TteErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = code === 'aborted' ? abortName(options?.cause) : 'TteError';
    this.code = code;
  }
}

/** An error of code `invalid-input`: the message names the field and says what to pass instead. */
export function invalid(message: string, cause?: unknown): TteError {
  return new TteError('invalid-input', message, cause === undefined ? {} : { cause });
}

/** The error of an aborted call. @param signal any AbortSignal; its reason becomes the cause */
export function abortedError({ reason }: { readonly reason: unknown }): TteError {
  return new TteError('aborted', 'The call was aborted.', { cause: reason });
}

/** The `name` of an error: the platform's name for an abort or a timeout, otherwise that of the class. */
export const NAMES: readonly string[] = ['TteError', 'AbortError', 'TimeoutError'];

function abortName(reason: unknown): string {
  const isTimeout =
    typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return isTimeout ? 'TimeoutError' : 'AbortError';
}

/** Prefixes the message with the field that it concerns, such as `items[3]`, unless it has the prefix already. */
export function withField(error: unknown, field: string): unknown {
  if (!isTteError(error) || error.message.startsWith(field)) return error;
  return new TteError(error.code, `${field}: ${error.message}`, { cause: error.cause });
}

/** Guard that also works across realms and package copies. */
export function isTteError(error: unknown, code?: TteErrorCode): error is TteError {
  if (Object.prototype.toString.call(error) !== '[object Error]') return false; // `instanceof` knows one realm
  const { name, code: own } = error as { name: string; code?: unknown };
  if (!NAMES.includes(name)) return false;
  return code === undefined ? typeof own === 'string' : own === code;
}
