/** Names of the steps of a load begin with this, in the performance timeline of the worker: developer tools show them, and `bench/loading.ts` tabulates them. */
export const STEP = 'think-then-embed: ';

/** Does a step of a load, and tells the performance timeline from when to when. */
export async function timedStep<T>(name: string, work: () => Promise<T> | T): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    performance.measure(STEP + name, { start });
  }
}
