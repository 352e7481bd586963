/** Names of the steps of a load begin with this, in the performance timeline of the worker: developer tools show them, and `bench/loading.ts` tabulates them. */
export const STEP = 'think-then-embed: ';

/** Runs a step of a load, and records it on the performance timeline. */
export async function timedStep<T>(name: string, work: () => Promise<T> | T): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    performance.measure(STEP + name, { start });
  }
}
