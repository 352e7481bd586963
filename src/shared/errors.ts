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
  | 'space-mismatch' // vectors of different spaces cannot be compared
  | 'aborted' // the caller's signal aborted; `name` is 'AbortError', `cause` the signal's reason
  | 'disposed' // the embedder was disposed
  | 'not-in-browser'; // used outside a browser; importing is safe

/** The error class of this package. `code` is stable, `message` is for humans. */
export class TteError extends Error {
  readonly code: TteErrorCode;

  constructor(code: TteErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = code === 'aborted' ? 'AbortError' : 'TteError';
    this.code = code;
  }
}

/** An error of code `invalid-input`: the message names the field and says what to give instead. */
export function invalid(message: string, cause?: unknown): TteError {
  return new TteError('invalid-input', message, cause === undefined ? {} : { cause });
}

/** Guard that also works across realms and package copies. */
export function isTteError(error: unknown, code?: TteErrorCode): error is TteError {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.name !== 'TteError' && error.name !== 'AbortError') return false;
  return code === undefined ? typeof error.code === 'string' : error.code === code;
}
