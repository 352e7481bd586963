/** Makes the built package available to specs as `window.tte`, and starts workers that run e2e/probes. */
import { connectWorker, type WorkerCalls } from './rpc-page.ts';

declare global {
  interface Window {
    /** The built package, as a page would import it. */
    tte: typeof import('../../src/index.ts');
    /** Starts a new worker for the module e2e/probes/<module>.ts. */
    startProbe(module: string): WorkerCalls;
    /** Probes that the `probe` fixture has started. */
    probes: WorkerCalls[];
    /** The module e2e/pages/<module>.ts, loaded into the page itself. */
    inPage(module: string): Promise<unknown>;
  }
}

window.probes = [];
window.startProbe = (module) =>
  connectWorker(new Worker(new URL('./probe.worker.ts', import.meta.url), { type: 'module', name: module }));

const pages = import.meta.glob('../pages/*.ts');
window.inPage = (module) => {
  const load = pages[`../pages/${module}.ts`];
  return load ? load() : Promise.reject(new Error(`no such file: e2e/pages/${module}.ts`));
};
