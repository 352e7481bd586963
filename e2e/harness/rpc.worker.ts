/** The worker's side of remote calls in tests and benchmarks; the page's side is rpc-page.ts. */

export interface Call {
  id: number;
  /** Name of the function. */
  name: string;
  args: unknown[];
}

export interface RemoteError {
  name: string;
  message: string;
  /** A TteError's code. */
  code: string | undefined;
  stack: string | undefined;
}

export type Answer = { id: number; value: unknown } | { id: number; error: RemoteError };

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Serves calls of `functions`. Calls wait for a promise of functions, and reject if it rejects. */
export function serve(functions: Functions | Promise<Functions>): void {
  self.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    const answer = (message: Answer) => self.postMessage(message);
    const { id, name, args } = data;
    try {
      const call = (await functions)[name];
      if (!call) throw new Error(`the worker has no function ${name}`);
      answer({ id, value: await call(...(args as never[])) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const code = 'code' in error ? String(error.code) : undefined;
      answer({ id, error: { name: error.name, message: error.message, code, stack: error.stack } });
    }
  });
}
