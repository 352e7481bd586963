/** Opens graphs on the worker's one device: stored bytes → rewritten graph → runtime session. */
import { TteError } from '../../src/shared/errors.ts';
import { rewriteGraph } from '../graph/rewrite.ts';
import { timedStep } from '../timing.ts';
import type { Gpu } from './device.ts';
import type { Ort } from './ort.ts';
import { checkedSession, runFailed } from './session.ts';
import type { OpenOptions, RawSession, Runtime } from './types.ts';
import type { StartingCore } from './wasm-module.ts';
import { createWasmSession } from './wasm-session.ts';
import { hostTensor } from './wasm-tensor.ts';
import { createWebGpuSession } from './webgpu-session.ts';

type Graph = Awaited<ReturnType<typeof rewriteGraph>>;

export interface CpuOptions {
  threads: number;
  /** Whether our own operators are wanted. @default true */
  customOperators?: boolean;
  /** Called if they are wanted but do not fit the build of the fetched runtime; graphs then run without them. */
  onUnknownBuild?: () => void;
}

/** Runs on the CPU. The core compiles while the first graphs are rewritten; if it does not start, `open` throws. */
export function createWasmRuntime(
  { threads, customOperators = true, onUnknownBuild }: CpuOptions,
  { isKnown, instance }: StartingCore,
): Runtime {
  instance.catch(() => {}); // reported by `open`
  const hasOperators = isKnown.then(
    (known) => {
      if (customOperators && !known) onUnknownBuild?.();
      return customOperators && known;
    },
    () => false, // as `instance`
  );
  return {
    device: 'wasm',
    threads,
    tensor: hostTensor,
    open: (options) =>
      open(
        options,
        'wasm',
        () => null,
        async (graph) => {
          const core = await instance;
          return timedStep('create a session', () => createWasmSession(core, graph));
        },
        hasOperators,
      ),
    dispose: () => void instance.then(({ terminate }) => terminate()).catch(() => {}),
  };
}

export function createWebGpuRuntime(gpu: Gpu, ort: typeof Ort): Runtime {
  let lost: string | null = null;
  void gpu.lost.then((reason) => {
    lost = reason;
  });
  /** A call of this build waits for the GPU inside the core, whose one stack a second call would meanwhile overwrite. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    device: 'webgpu',
    threads: 1,
    tensor: (type, data, dims) => new ort.Tensor(type as 'float32', data as Float32Array, dims) as never,
    open: (options) =>
      open(
        options,
        'webgpu',
        () => lost,
        async (graph) => {
          const outputs = graph.signature.outputs.map(({ name }) => name);
          const session = await inTurn(() =>
            createWebGpuSession(ort, gpu.device, graph, outputs, options.onDevice ?? (() => false)),
          );
          return {
            ...session,
            run: (feeds, fetch) => inTurn(() => session.run(feeds, fetch)),
            release: () => inTurn(() => session.release()),
          };
        },
      ),
    dispose: () => gpu.device.destroy(),
  };
}

async function open(
  options: OpenOptions,
  target: 'wasm' | 'webgpu',
  lost: () => string | null,
  create: (graph: Graph) => Promise<RawSession>,
  customOperators: Promise<boolean> | false = false,
) {
  const { folder, session, dtypes, signal } = options;
  const { id, sessions } = folder.descriptor;
  const dtype = dtypes[session];
  const file = dtype && sessions[session]?.[dtype];
  if (!file)
    throw new TteError('model-not-found', `${id} has no ${dtype ?? ''} file for its session "${session}".`);
  const label = `${id}/${session}`;
  const graph = await timedStep(`read and rewrite ${label}`, () =>
    rewriteGraph({
      model: folder.chunks(file.path, signal),
      externalData: new Map((file.data ?? []).map((path) => [baseName(path), folder.chunks(path, signal)])),
      target,
      customOperators,
      nextToken: options.nextToken ?? false,
      ...(options.floatConvolutions && { floatConvolutions: true }),
      ...(options.pool && { pool: options.pool }),
      signal,
    }),
  );
  signal.throwIfAborted();
  const raw = await create(graph).catch((cause: unknown) => {
    throw runFailed(`Compiling ${id}/${file.path}`, cause);
  });
  return checkedSession(raw, label, lost);
}

/** Graphs name external data relative to themselves. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
