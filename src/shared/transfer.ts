/** Extensions of comlink for both sides: errors keep `code`, `name` and `cause`; callbacks can be released. */
import { type ProxyMarked, type Remote, releaseProxy, transferHandlers } from 'comlink';
import { NAMES, TteError, type TteErrorCode } from './errors.ts';

/** An error as plain data, since structured clone keeps neither the subclass nor `code`. */
export type WireError =
  | { name: string; message: string; stack?: string; code?: string; cause?: WireError }
  | { value: unknown };

const MAX_CAUSES = 8;

/** @param error any thrown value; one that is neither an error nor a primitive is sent as its string. */
export function packError(error: unknown, depth = 0): WireError {
  if (!(error instanceof Error)) {
    const primitive = error === null || (typeof error !== 'object' && typeof error !== 'function');
    return { value: primitive && typeof error !== 'symbol' ? error : String(error) };
  }
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: packError(cause, depth + 1) }),
  };
}

/** Whether it is an error of code `run-failed`. */
export function isRunFailure(wire: WireError): boolean {
  return 'code' in wire && wire.code === 'run-failed';
}

/** The inverse of `packError`: a TteError if one was packed, otherwise an Error of the same name. */
export function unpackError(wire: WireError): unknown {
  if ('value' in wire) return wire.value;
  const options = wire.cause === undefined ? {} : { cause: unpackError(wire.cause) };
  const ours = wire.code !== undefined && NAMES.includes(wire.name);
  const error = ours
    ? new TteError(wire.code as TteErrorCode, wire.message, options)
    : Object.assign(new Error(wire.message, options), { name: wire.name });
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

/** Replaces comlink's handler of thrown values. Call once on each side, before `wrap` and `expose`. */
export function installTransferHandlers(): void {
  const original = transferHandlers.get('throw');
  if (original === undefined) return;
  transferHandlers.set('throw', {
    canHandle: original.canHandle,
    serialize: (thrown) => [packError((thrown as { value: unknown }).value), []],
    deserialize: (wire) => {
      throw unpackError(wire as WireError);
    },
  });
}

type Callback = ((...args: never[]) => unknown) | null;

/**
 * Releases callbacks of the other side once it has received every call made so far. A callback has a port of its own, so its
 * messages could otherwise arrive after the result; a callback that is never released keeps its port alive.
 */
export async function release(...callbacks: readonly Callback[]): Promise<void> {
  for (const callback of callbacks) {
    if (callback === null) continue;
    const remote = callback as unknown as Remote<ProxyMarked & { name: string }>;
    if (remote[releaseProxy] === undefined) continue; // a function of this side
    await remote.name; // a round trip: its answer comes after all earlier calls
    remote[releaseProxy]();
  }
}
