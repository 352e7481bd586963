/** What specs find in the page: the built package as `window.tte`, and workers that run e2e/probes. */
import { connectWorker, type WorkerCalls } from './rpc-page.ts';

declare global {
  interface Window {
    /** The built package, as a page would import it. */
    tte: typeof import('../../src/index.ts');
    /** Starts a worker of its own for the module e2e/probes/<module>.ts. */
    startProbe(module: string): WorkerCalls;
    /** Probes that the `probe` fixture has started. */
    probes: WorkerCalls[];
  }
}

window.probes = [];
window.startProbe = (module) =>
  connectWorker(new Worker(new URL('./probe.worker.ts', import.meta.url), { type: 'module', name: module }));
