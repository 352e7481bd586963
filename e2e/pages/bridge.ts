/** The client over a real worker with the fake host, in the page. */
import { openEmbedder } from '../../src/client/embedder.ts';
import type { EmbedderOptions } from '../../src/index.ts';

export const workers: Worker[] = [];

export function openFake(options: EmbedderOptions = {}) {
  return openEmbedder(options, () => {
    const worker = new Worker(new URL('../bridge/fake-host.worker.ts', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  });
}

/** What a call came to: its text, or the code, name and causes of its error. */
export async function outcome(call: Promise<{ space: string }>): Promise<unknown> {
  try {
    return (await call).space;
  } catch (error) {
    return describeError(error);
  }
}

export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const code = 'code' in error ? error.code : null;
  return { name, code, message, cause: cause === undefined ? null : describeError(cause) };
}
