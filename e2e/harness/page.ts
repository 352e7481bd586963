/** What specs find in the page: the built package as `window.tte`, and workers that run e2e/probes. */
import type { ProbeAnswer } from './probe-wire.ts';

export interface ProbeWorker {
  /** Calls an exported function of the module; rejects with an Error that has the `code` of a TteError. */
  call(name: string, args: unknown[]): Promise<unknown>;
  terminate(): void;
}

declare global {
  interface Window {
    /** The built package, as a page would import it. */
    tte: typeof import('../../src/index.ts');
    /** Starts a worker of its own for the module e2e/probes/<module>.ts. */
    startProbe(module: string): ProbeWorker;
    /** Probes that the `probe` fixture has started. */
    probes: ProbeWorker[];
  }
}

window.probes = [];
window.startProbe = (module) => {
  const worker = new Worker(new URL('./probe.worker.ts', import.meta.url), { type: 'module' });
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  const fail = (message: string) => {
    for (const call of pending.values()) call.reject(new Error(message));
    pending.clear();
  };
  worker.addEventListener('error', (event) => fail(`probe worker failed: ${event.message}`));
  worker.addEventListener('message', ({ data }: MessageEvent<ProbeAnswer>) => {
    const call = pending.get(data.id);
    pending.delete(data.id);
    if ('value' in data) call?.resolve(data.value);
    else call?.reject(Object.assign(new Error(data.error.message), data.error));
  });
  return {
    call: (name, args) =>
      new Promise((resolve, reject) => {
        pending.set(next, { resolve, reject });
        worker.postMessage({ id: next++, module, name, args });
      }),
    terminate() {
      worker.terminate();
      fail('probe worker was terminated');
    },
  };
};
