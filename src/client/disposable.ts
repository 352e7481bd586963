/** For `await using`, if the engine supports it. */
export function asyncDisposable<T extends object>(
  target: T,
  dispose: () => Promise<void>,
): T & AsyncDisposable {
  if (Symbol.asyncDispose) Object.defineProperty(target, Symbol.asyncDispose, { value: dispose });
  return target as T & AsyncDisposable;
}
