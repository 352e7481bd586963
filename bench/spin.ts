/** Tells whether the machine is idle enough for measurements, by timing the same arithmetic on several cores at once. */

/** A core that is slower than the fastest run so far by this factor is shared with another program. */
const BUSY = 1.3;

export interface SpinTest {
  /** Whether some core is busy with other work. */
  isBusy(): Promise<boolean>;
  end(): void;
}

export async function startSpinTest(): Promise<SpinTest> {
  const workers = Array.from(
    { length: Math.min(2, navigator.hardwareConcurrency) },
    () => new Worker(new URL('./spin.worker.ts', import.meta.url), { type: 'module' }),
  );
  const spin = (worker: Worker) =>
    new Promise<number>((resolve) => {
      worker.onmessage = ({ data }) => resolve((data as { ms: number }).ms);
      worker.postMessage(null);
    });
  // A single warm worker: the speed of a core that is not shared.
  let fastest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 5; n++) fastest = Math.min(fastest, await spin(workers[0] as Worker));
  return {
    async isBusy() {
      const times = await Promise.all(workers.map(spin));
      fastest = Math.min(fastest, ...times);
      return Math.max(...times) > BUSY * fastest;
    },
    end() {
      for (const worker of workers) worker.terminate();
    },
  };
}
