/** Callers' functions, as the worker may call them. */
import { proxy } from 'comlink';

/** What a caller's callback throws is reported as the page's own error and never fails the call. */
export function safely<A extends unknown[]>(callback: ((...args: A) => void) | undefined) {
  return (...args: A): void => {
    try {
      callback?.(...args);
    } catch (error) {
      reportError(error);
    }
  };
}

/** For the wire: null where nobody listens; never the caller's function itself, which comlink would mark. */
export function listener<A extends unknown[]>(
  callback: ((...args: A) => void) | undefined,
  signal: AbortSignal,
) {
  if (callback === undefined) return null;
  const call = safely(callback);
  return proxy((...args: A): void => {
    if (!signal.aborted) call(...args);
  });
}
