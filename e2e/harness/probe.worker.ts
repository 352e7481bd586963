/** Runs one module of e2e/probes in a real worker and answers calls of its exported functions. */
import type { ProbeAnswer, ProbeCall } from './probe-wire.ts';

const modules = import.meta.glob<Record<string, (...args: unknown[]) => unknown>>('../probes/*.ts');

self.addEventListener('message', async ({ data }: MessageEvent<ProbeCall>) => {
  const { id, module, name, args } = data;
  const answer = (message: ProbeAnswer) => self.postMessage(message);
  try {
    const load = modules[`../probes/${module}.ts`];
    if (!load) throw new Error(`no such file: e2e/probes/${module}.ts`);
    const call = (await load())[name];
    if (!call) throw new Error(`e2e/probes/${module}.ts exports no ${name}`);
    answer({ id, value: await call(...args) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const code = 'code' in error ? String(error.code) : undefined;
    answer({ id, error: { name: error.name, message: error.message, code, stack: error.stack } });
  }
});
