/** Wraps the caller's callbacks for calls from the worker. */
import { proxy } from 'comlink';

/** An error thrown by a callback is reported like an uncaught error of the page and never fails the call. */
export function safely<A extends unknown[]>(callback: ((...args: A) => void) | undefined) {
  return (...args: A): void => {
    try {
      callback?.(...args);
    } catch (error) {
      reportError(error);
    }
  };
}

/** A comlink proxy of the callback, or null without one. The caller's own function is wrapped, since comlink would mark it. */
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
