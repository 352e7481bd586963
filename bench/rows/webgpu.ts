/**
 * Counts what each side requests from the GPU for the same work with the same model file, in both workers in the same way. Unlike times,
 * counts do not depend on the adapter, so a software adapter is enough.
 */
import { startOurs, startPeer } from '../contenders.ts';
import { type CountsRow, GPU_COUNTS, type GpuCounts } from '../row.ts';
import { EMBEDDER, reasonerWithBudget } from './decode.ts';
import { picture } from './image.ts';

const TEXT = 'The ferry leaves the harbour at seven in the morning.';
const PROMPT = 'Once upon a time';
/** As the budget in the folder of ours: a software adapter takes seconds for each. */
const TOKENS = 4;
const REASONER = reasonerWithBudget(TOKENS);
const MINILM = '/models/all-MiniLM-L6-v2/';
const CLIP = 'tiny-clip';

type Counter = () => Promise<GpuCounts>;
type Work = Record<string, GpuCounts>;

export const webgpuText = () => compareCounts(ourText, theirText);
export const webgpuImage = () => compareCounts(ourImage, theirImage);
export const webgpuDecode = () => compareCounts(ourTokens, theirTokens);

/** One row for each piece of work. */
async function compareCounts(
  ours: (read: Counter) => Promise<Work>,
  theirs: (read: Counter) => Promise<Work>,
): Promise<CountsRow[]> {
  const counting = countWorkers();
  try {
    const ourWork = await ours(counting.read);
    const theirWork = await theirs(counting.read);
    return Object.entries(ourWork).map(([name, ourCounts]) => {
      const theirCounts = theirWork[name];
      if (!theirCounts) throw new Error(`the peer has no ${name}`);
      return { name: `webgpu: ${name}`, peer: 'transformers.js, WebGPU', ourCounts, theirCounts };
    });
  } finally {
    counting.stop();
  }
}

async function ourText(read: Counter): Promise<Work> {
  const minilm = await startOurs({ model: { embedder: MINILM }, device: 'webgpu', dtype: 'q4' });
  const embed = () => minilm.embed({ text: TEXT }, { think: 'never' });
  const work = { 'first text': await during(read, embed), text: await during(read, embed) };
  await minilm.dispose();
  return work;
}

async function theirText(read: Counter): Promise<Work> {
  const minilm = await startPeer(null);
  await minilm.loadText('q4', 'webgpu');
  const embed = () => minilm.embedTexts([TEXT]);
  const work = { 'first text': await during(read, embed), text: await during(read, embed) };
  minilm.terminate();
  return work;
}

async function ourImage(read: Counter): Promise<Work> {
  const clip = await startOurs({ model: { embedder: `/models/${CLIP}/` }, device: 'webgpu' });
  const jpeg = await picture(256);
  const embed = () => clip.embed({ image: jpeg }, { think: 'never' });
  await embed();
  const work = { image: await during(read, embed) };
  await clip.dispose();
  return work;
}

async function theirImage(read: Counter): Promise<Work> {
  const clip = await startPeer(null);
  await clip.loadVision(CLIP, 'webgpu');
  const jpeg = await picture(256);
  await clip.embedImage(jpeg);
  const work = { image: await during(read, () => clip.embedImage(jpeg)) };
  clip.terminate();
  return work;
}

async function ourTokens(read: Counter): Promise<Work> {
  const tte = await startOurs({ model: { embedder: EMBEDDER, reasoner: REASONER }, device: 'webgpu' });
  const think = async (mode: 'full' | 'answer') => {
    // Null where it wrote nothing but a blank, as it may with a budget of one token.
    return (await tte.think({ text: PROMPT }, { think: mode }))?.tokens ?? 0;
  };
  await think('full');
  let tokens = 0;
  const prefill = await during(read, () => think('full')); // a budget of one token
  const all = await during(read, async () => {
    tokens = await think('answer');
  });
  await tte.dispose();
  return { prefill, 'token after it': perToken(all, prefill, tokens) };
}

async function theirTokens(read: Counter): Promise<Work> {
  const peer = await startPeer(null);
  await peer.loadDecoder('webgpu');
  await peer.generate(PROMPT, 1);
  const prefill = await during(read, () => peer.generate(PROMPT, 1));
  let tokens = 0;
  const all = await during(read, async () => {
    tokens = (await peer.generate(PROMPT, TOKENS)).tokens;
  });
  peer.terminate();
  return { prefill, 'token after it': perToken(all, prefill, tokens) };
}

async function during(read: Counter, work: () => Promise<unknown>): Promise<GpuCounts> {
  const before = await read();
  await work();
  const after = await read();
  return each((name) => after[name] - before[name]);
}

function perToken(all: GpuCounts, prefill: GpuCounts, tokens: number): GpuCounts {
  if (tokens < 2) throw new Error('not a single token followed the first');
  return each((name) => (all[name] - prefill[name]) / (tokens - 1));
}

const each = (figure: (name: keyof GpuCounts) => number): GpuCounts =>
  Object.fromEntries(GPU_COUNTS.map((name) => [name, figure(name)])) as unknown as GpuCounts;

/** While it lasts, every worker of the page starts through counted.worker.ts. */
function countWorkers() {
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
    read(): Promise<GpuCounts> {
      const worker = workers.at(-1);
      if (!worker) throw new Error('no worker has been started');
      const { port1, port2 } = new MessageChannel();
      worker.postMessage('gpu-counts', [port2]);
      return new Promise((resolve) => {
        port1.onmessage = ({ data }) => resolve(data as GpuCounts);
      });
    },
    stop() {
      window.Worker = Plain;
    },
  };
}
