/** Reasoners and unified models in a real worker, loaded from the server's folders; undisposed results of runs are counted. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Device, Dtype, Role } from '../../src/shared/types.ts';
import { openPicture } from '../../workers/images/picture.ts';
import type { Pixels } from '../../workers/images/pixels.ts';
import type { ModelFolder } from '../../workers/models/folder.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import { openReasoner } from '../../workers/reasoner/reasoner.ts';
import type { Reasoner, ReasonerResult } from '../../workers/reasoner/types.ts';
import { openUnified, type Unified } from '../../workers/reasoner/unified.ts';
import type { GraphSession, Runtime, Tensor } from '../../workers/runtime/types.ts';

export interface Input {
  text?: string;
  instruction?: string;
  /** Names in e2e/fixtures/images. */
  images?: string[];
  trace?: string;
  role?: Role;
}

type States = Awaited<ReturnType<Unified['encode']>>;

let runtime: Runtime;
let reasoner: Reasoner | Unified;
let head: GraphSession;
/** Number of undisposed results, and of runs so far. */
let live = 0;
let runs = 0;
let controller = new AbortController();

/** @param plain on WASM without rewriting 4-bit weights: the file's own graph, with only the choice of the token appended */
export async function open(model: string, device: Device, dtype: Dtype, plain = false): Promise<void> {
  runtime = counted(
    device === 'wasm'
      ? browserPlatform.runtimes.openCpu({ threads: 1, customOperators: !plain })
      : await (await browserPlatform.runtimes.openGpu()).open(),
  );
  const folder = await folderOf(model);
  const { signal } = new AbortController();
  const dtypes = Object.fromEntries(
    Object.keys(folder.descriptor.sessions).map((session) => [session, dtype]),
  );
  if (folder.descriptor.kind === 'unified') {
    head = await runtime.open({ folder, session: 'embedding_head', dtypes, signal });
    reasoner = await openUnified(runtime, folder, dtypes, Promise.resolve([...head.inputs.keys()]), signal);
  } else reasoner = await openReasoner(runtime, folder, dtypes, signal);
}

export type Streamed = Omit<ReasonerResult, 'states'> & {
  deltas: string[];
  vector: number[] | null;
  live: number;
  runs: number;
};

export async function think(input: Input, mode: 'answer' | 'full', maxTokens?: number): Promise<Streamed> {
  controller = new AbortController();
  const deltas: string[] = [];
  const before = runs;
  const thought = await reasoner.think(await pictured(input), mode, {
    signal: controller.signal,
    onDelta: (delta) => deltas.push(delta),
    ...(maxTokens ? { maxTokens } : {}),
  });
  const { states, ...rest } = thought as ReasonerResult & { states?: States };
  const done = runs - before;
  const [vector] = states ? await vectorsOf(states) : [null];
  return { ...rest, deltas, vector: vector ?? null, live, runs: done };
}

/** Vectors of a unified model without thinking, using the inputs' traces if any. */
export async function encode(inputs: Input[], mode: 'answer' | 'full' = 'answer'): Promise<number[][]> {
  const unified = reasoner as Unified;
  const { signal } = new AbortController();
  const prepared = [];
  for (const input of inputs) {
    const trace = input.trace === undefined ? null : { text: input.trace, mode, isOwn: true };
    prepared.push(
      await unified.prepare({ role: 'query', ...(await pictured(input)), ...rolled(input) }, trace, signal),
    );
  }
  return vectorsOf(await unified.encode(prepared, signal));
}

/** Aborts `think` from within after the given number of forward passes, and returns the outcome. */
export async function thinkAndAbort(
  input: Input,
  mode: 'answer' | 'full',
  after: number,
): Promise<{ error: string | null; runs: number; live: number }> {
  controller = new AbortController();
  const before = runs;
  onRun = () => {
    if (runs - before === after) controller.abort(new Error('as asked'));
  };
  try {
    await reasoner.think(await pictured(input), mode, { signal: controller.signal });
    return { error: null, runs: runs - before, live };
  } catch (error) {
    return { error: (error as Error).message, runs: runs - before, live };
  } finally {
    onRun = () => {};
  }
}

/** Aborts a running `think` by another message. */
export function abort(): number {
  controller.abort(new Error('as asked'));
  return runs;
}

export function ping(): true {
  return true;
}

export async function throwing(input: Input): Promise<{ error: string; live: number }> {
  const { signal } = new AbortController();
  try {
    await reasoner.think(await pictured(input), 'answer', {
      signal,
      onDelta: () => {
        throw new Error('the page is gone');
      },
    });
    throw new Error('nothing was thrown');
  } catch (error) {
    return { error: (error as Error).message, live };
  }
}

export async function release(): Promise<{ live: number }> {
  await reasoner.release();
  return { live };
}

let onRun = () => {};

/** Makes every forward pass block the worker for `ms` milliseconds, like a large model on WASM. */
export function slowDown(ms: number): void {
  onRun = () => {
    for (const start = performance.now(); performance.now() - start < ms; );
  };
}

/** Wraps the runtime to count results of runs until they are disposed. */
function counted(inner: Runtime): Runtime {
  return {
    ...inner,
    async open(options) {
      const session = await inner.open(options);
      return {
        ...session,
        async run(feeds, fetch) {
          runs++;
          const results = await session.run(feeds, fetch);
          for (const tensor of Object.values(results)) count(tensor);
          onRun();
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

async function vectorsOf(states: States): Promise<number[][]> {
  try {
    const { sentence_embedding: vectors } = await head.run(states.feeds, ['sentence_embedding']);
    const data = (await vectors?.getData()) as Float32Array;
    vectors?.dispose();
    const width = data.length / states.lengths.length;
    return states.lengths.map((_, row) => [...data.subarray(row * width, (row + 1) * width)]);
  } finally {
    states.dispose();
  }
}

function rolled({ role }: Input): { role?: Role } {
  return role ? { role } : {};
}

async function pictured({ text = '', instruction = '', images = [] }: Input) {
  return { text, instruction, images: await Promise.all(images.map(pixelsOf)) };
}

const known = new Map<string, Pixels>();

async function pixelsOf(name: string): Promise<Pixels> {
  const before = known.get(name);
  if (before) return before;
  const blob = await (await fetch(`/fixtures/images/${name}`)).blob();
  const pixels = await openPicture(
    { name: '', kind: 'blob', blob },
    browserPlatform,
    new AbortController().signal,
  ).pixels();
  known.set(name, pixels);
  return pixels;
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
  const descriptor: ModelDescriptor = (await json('tte.json')) ?? plainDescriptor(model);
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

/** Prompts a causal LM with only the text, like transformers.js. */
function plainDescriptor(model: string): ModelDescriptor {
  const prompt = { user: '{text}' };
  return {
    format: 1,
    id: model,
    revision: '1',
    kind: 'reasoner',
    architecture: 'causal-lm',
    license: '',
    source: '',
    sessions: { model: { q4: { path: 'onnx/model_q4.onnx' } } },
    files: {},
    text: { maxTokens: 2048 },
    prompts: { think: { chat: true, answer: prompt, full: prompt, maxTokens: { answer: 64, full: 64 } } },
  };
}
