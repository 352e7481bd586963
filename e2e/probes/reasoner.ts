/** Reasoners in a real worker, on folders as the server has them; tensors counted. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Device, Dtype } from '../../src/shared/types.ts';
import type { ModelFolder } from '../../workers/models/folder.ts';
import { openReasoner } from '../../workers/reasoner/reasoner.ts';
import type { Reasoner, Thought } from '../../workers/reasoner/types.ts';
import { requestGpu } from '../../workers/runtime/device.ts';
import { createWasmRuntime, createWebGpuRuntime } from '../../workers/runtime/runtime.ts';
import type { Runtime, Tensor } from '../../workers/runtime/types.ts';

let runtime: Runtime;
let reasoner: Reasoner;
let live = 0;
let steps = 0;

export async function open(model: string, device: Device, dtype: Dtype, threads = 1): Promise<void> {
  runtime = counted(
    device === 'wasm' ? await createWasmRuntime(threads) : await createWebGpuRuntime(await requestGpu()),
  );
  reasoner = await openReasoner(runtime, await folderOf(model), dtype, new AbortController().signal);
}

export interface Told extends Thought {
  deltas: string[];
  live: number;
}

export async function think(
  input: { text: string; instruction?: string },
  mode: 'answer' | 'full' = 'answer',
  maxTokens?: number,
): Promise<Told> {
  const deltas: string[] = [];
  const thought = await reasoner.think({ images: [], instruction: '', ...input }, mode, {
    signal: new AbortController().signal,
    onDelta: (delta) => deltas.push(delta),
    ...(maxTokens ? { maxTokens } : {}),
  });
  return { ...thought, deltas, live };
}

export async function release(): Promise<{ live: number }> {
  await reasoner.release();
  return { live };
}

/** The runtime, with every result of a run counted until it is disposed. */
function counted(inner: Runtime): Runtime {
  return {
    ...inner,
    async open(options) {
      const session = await inner.open(options);
      return {
        ...session,
        async run(feeds, fetch) {
          steps++;
          const results = await session.run(feeds, fetch);
          for (const tensor of Object.values(results)) count(tensor);
          return results;
        },
      };
    },
  };
}

function count(tensor: Tensor): void {
  live++;
  let isLive = true;
  const dispose = tensor.dispose.bind(tensor);
  tensor.dispose = () => {
    if (isLive) live--;
    isLive = false;
    dispose();
  };
}

async function folderOf(model: string): Promise<ModelFolder> {
  const base = `/models/${model}/`;
  const get = async (path: string): Promise<Response | null> => {
    const response = await fetch(base + path);
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  const json = async (path: string) => (await get(path))?.json() ?? null;
  const descriptor: ModelDescriptor = (await json('tte.json')) ?? {
    format: 1,
    id: model,
    revision: '1',
    kind: 'reasoner',
    architecture: 'causal-lm',
    licence: '',
    source: '',
    sessions: { model: { q4: { path: 'onnx/model_q4.onnx' } } },
    files: {},
    text: { maxTokens: 2048 },
    prompts: {
      think: {
        chat: true,
        answer: { user: '{text}' },
        full: { user: '{text}' },
        maxTokens: { answer: 64, full: 64 },
      },
    },
  };
  return {
    descriptor,
    json,
    text: async (path) => (await get(path))?.text() ?? null,
    async *chunks(path) {
      const response = await get(path);
      if (!response?.body) throw new Error(`${path} is missing`);
      yield* response.body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>;
    },
  };
}
