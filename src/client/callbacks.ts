/** Wraps the caller's callbacks for calls from the worker. */
import { proxy } from 'comlink';

/** An error thrown by a callback is reported like an uncaught error of the page, in Node on the console, and never fails the call. */
export function safely<A extends unknown[]>(callback: ((...args: A) => void) | undefined) {
  return (...args: A): void => {
    try {
      callback?.(...args);
    } catch (error) {
      (globalThis.reportError ?? console.error)(error);
    }
  };
}

/**
 * For a call that may be repeated from the beginning: returns a function that creates a listener for each run. Text that an earlier
 * run has reported is not reported again.
 */
export function resumable(callback: ((delta: string) => void) | undefined) {
  if (callback === undefined) return () => undefined;
  let told = 0;
  return () => {
    let written = 0;
    return (delta: string): void => {
      written += delta.length;
      if (written <= told) return;
      const fresh = delta.slice(Math.max(0, delta.length - (written - told)));
      told = written;
      callback(fresh);
    };
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
