/** What the bridge needs of a Worker; tests give a MessagePort. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  terminate(): void;
}

/** The only place that starts a worker. The expression stands as bundlers look for it. */
export function startWorker(): Worker {
  return new Worker(new URL('../../workers/host.ts', import.meta.url), { type: 'module' });
}
