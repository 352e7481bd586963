/** Runs one module of e2e/probes, the one this worker is named after. */
import { serve } from './rpc.worker.ts';

const modules = import.meta.glob<Record<string, (...args: unknown[]) => unknown>>('../probes/*.ts');
const load = modules[`../probes/${self.name}.ts`];
serve(load ? load() : Promise.reject(new Error(`no such file: e2e/probes/${self.name}.ts`)));
