/** Bytes that come back from the GPU for each token, counted in both workers by the same instrument. */
import { startOurs, startPeer } from '../contenders.ts';
import { type Measured, spread } from '../row.ts';
import { EMBEDDER } from './decode.ts';

const PROMPT = 'Once upon a time';
/** As the budget in the folder of ours: a software adapter takes seconds for each. */
const TOKENS = 4;
const REASONER = `/bench/models/SmolLM2-135M-Instruct~${TOKENS}/`;

/** A count, which does not vary. */
const once = (figure: number): Measured => ({ threads: null, ...spread([figure]), otherThreads: null });

export const readback = async () => {
  const counted = countReadback();
  try {
    const tte = await startOurs({ model: { embedder: EMBEDDER, reasoner: REASONER }, device: 'webgpu' });
    const before = await counted.bytes();
    const trace = await tte.think({ text: PROMPT }, { think: 'answer' });
    if (!trace || trace.tokens < 2) throw new Error('ours wrote nothing');
    const ours = ((await counted.bytes()) - before) / trace.tokens;
    await tte.dispose();

    const peer = await startPeer(null);
    await peer.loadDecoder('webgpu');
    const start = await counted.bytes();
    const { tokens } = await peer.generate(PROMPT, TOKENS);
    const theirs = ((await counted.bytes()) - start) / tokens;
    peer.terminate();
    const ratio = { median: theirs / ours, worst: theirs / ours };
    const row = { name: 'readback', unit: 'bytes per token', peer: 'transformers.js generate, WebGPU' };
    return [{ ...row, ours: once(ours), theirs: once(theirs), ratio, rounds: 1, busyRounds: 0 }];
  } finally {
    counted.stop();
  }
};

/** While it lasts, every worker of the page starts through counted.worker.ts. */
function countReadback() {
  const Plain = window.Worker;
  const workers: Worker[] = [];
  window.Worker = class extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      const target = new URL(url, location.href).href;
      const counting = new URL('counted.js', location.href);
      counting.searchParams.set('target', target);
      super(counting, options);
      workers.push(this);
    }
  };
  return {
    /** Of the worker started last. */
    bytes(): Promise<number> {
      const worker = workers.at(-1) as Worker;
      const { port1, port2 } = new MessageChannel();
      worker.postMessage('readback-bytes', [port2]);
      return new Promise((resolve) => {
        port1.onmessage = ({ data }) => resolve(data as number);
      });
    },
    stop() {
      window.Worker = Plain;
    },
  };
}
