/** The part of `Worker` that the bridge uses; tests implement it with a MessagePort. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  terminate(): void;
}

/** The only place that starts a worker. Bundlers recognise exactly this expression. */
export function startWorker(): Worker {
  return new Worker(new URL('../../workers/host.ts', import.meta.url), { type: 'module' });
}
