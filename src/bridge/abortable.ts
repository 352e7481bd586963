import { abortedError } from '../shared/errors.ts';

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
