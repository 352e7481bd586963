/** Runs one module of e2e/probes, the one this worker is named after; or is a thread of the runtime. */
import { isThread, runThread } from '../../workers/runtime/thread.ts';
import { serve } from './rpc.worker.ts';

const modules = import.meta.glob<Record<string, (...args: unknown[]) => unknown>>('../probes/*.ts');
const load = modules[`../probes/${self.name}.ts`];
if (isThread()) runThread();
else serve(load ? load() : Promise.reject(new Error(`no such file: e2e/probes/${self.name}.ts`)));
