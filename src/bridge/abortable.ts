import { TteError } from '../shared/errors.ts';

export function abortedError(signal: AbortSignal): TteError {
  return new TteError('aborted', 'The call was aborted.', { cause: signal.reason });
}

/**
 * Settles like `work`, or rejects as soon as `signal` aborts; `onAbort` should then stop the work. If the signal is already
 * aborted, `work` is never started.
 */
export function abortable<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  onAbort: () => void,
): Promise<T> {
  if (signal === undefined) return work();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortedError(signal));
    const abort = () => {
      reject(abortedError(signal));
      onAbort();
    };
    signal.addEventListener('abort', abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
