/** The page's side: calls functions of a worker and detects when it fails. */
import type { Answer, Call } from './rpc.worker.ts';

export interface WorkerCalls {
  /** Calls a function of the worker; rejects with an Error that has the `code` of a TteError. */
  call(name: string, args: unknown[]): Promise<unknown>;
  terminate(): void;
}

export function connectWorker(worker: Worker): WorkerCalls {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  const fail = (message: string) => {
    for (const call of pending.values()) call.reject(new Error(message));
    pending.clear();
  };
  worker.addEventListener('error', (event) => fail(`the worker failed: ${event.message}`));
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = pending.get(data.id);
    pending.delete(data.id);
    if ('value' in data) call?.resolve(data.value);
    else call?.reject(Object.assign(new Error(data.error.message), data.error));
  });
  return {
    call: (name, args) =>
      new Promise((resolve, reject) => {
        pending.set(next, { resolve, reject });
        worker.postMessage({ id: next++, name, args } satisfies Call);
      }),
    terminate() {
      worker.terminate();
      fail('the worker was terminated');
    },
  };
}
