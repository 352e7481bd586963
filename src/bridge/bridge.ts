/** Manages the worker: starts it when needed, replaces it when it dies or its device fails, and ends it on `dispose`. */
import { proxy } from 'comlink';
import { abortedError, isTteError, TteError } from '../shared/errors.ts';
import type {
  ExternalEmbedder,
  ExternalReasoner,
  HostEvent,
  LoadRequest,
  ModelRequests,
} from '../shared/protocol.ts';
import { installTransferHandlers } from '../shared/transfer.ts';
import type { Device, EmbedderInfo, EmbedderWarning, LoadProgress } from '../shared/types.ts';
import { abortable } from './abortable.ts';
import type { Connection, Host } from './connection.ts';
import { chooseDevice } from './device.ts';
import { monotonic } from './progress.ts';

export interface BridgeOptions {
  /** Starts a host. `onEnd` is called once when it ends, for whatever reason. */
  connect: (onEnd: () => void) => Connection;
  config: Omit<LoadRequest, 'device'>;
  device: Device | 'auto';
  externalReasoner: ExternalReasoner | null;
  externalEmbedder: ExternalEmbedder | null;
  modelRequests: ModelRequests | null;
  onProgress: (progress: LoadProgress) => void;
  onWarning: (warning: EmbedderWarning) => void;
  /** Called after every load, also that of a replacement worker. */
  onInfo: (info: EmbedderInfo) => void;
}

export interface Bridge {
  /** Starts the worker and loads the model; `signal` aborts the load. */
  load(signal?: AbortSignal): Promise<void>;
  /** A new request id, for `cancel`. */
  nextRequest(): number;
  /** Runs one call on a loaded worker, which is started again if necessary. */
  call<T>(request: number, run: (host: Host) => Promise<T>, options?: CallOptions<T>): Promise<T>;
  /** Asks the worker to write what its caches have pending. */
  flush(): void;
  /** Rejects pending calls at once; resolves when the worker has ended. */
  dispose(): Promise<void>;
}

export interface CallOptions<T = unknown> {
  signal?: AbortSignal | undefined;
  /** The call may safely run twice: if its worker is replaced because another call failed, it runs again on the new one. */
  repeatable?: boolean;
  /** Whether the result contains a failed run; the worker is then not used again. */
  hasFailedRun?: ((result: T) => boolean) | undefined;
}

/** Maximum runs of a repeatable call, including the first. */
const ATTEMPTS = 3;

/** Load failures that another device may not have. */
const isDeviceFault = (error: unknown) =>
  isTteError(error, 'device-lost') || isTteError(error, 'run-failed') || isTteError(error, 'unsupported');

export function createBridge(options: BridgeOptions): Bridge {
  const { connect, config, onWarning, onInfo } = options;
  const onProgress = monotonic(options.onProgress);
  let device = options.device === 'auto' ? undefined : options.device;
  let worker: Connection | undefined; // the one started last
  let ready: Connection | undefined; // the same, once it has loaded
  let loaded: Promise<Connection> | undefined;
  let requests = 0;
  let disposed = false;
  /** Reasons given to calls that were pending when another call failed. */
  const collateral = new WeakSet<TteError>();
  installTransferHandlers();

  /** The loaded worker, memoised. A failed load or a dead worker is not kept. */
  function session(): Promise<Connection> {
    loaded ??= open().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  }

  async function open(): Promise<Connection> {
    device ??= await chooseDevice();
    try {
      return await openOn(device);
    } catch (error) {
      if (device === 'wasm' || options.device === 'webgpu' || !isDeviceFault(error)) throw error;
      device = 'wasm';
      const reason = (error as TteError).message;
      onWarning({ code: 'device-fallback', message: `WebGPU failed, so WASM is used instead: ${reason}` });
      return openOn(device); // in a new worker, since a runtime that failed does not recover
    }
  }

  async function openOn(device: Device): Promise<Connection> {
    await worker?.gone(); // two models at once are more than a phone has memory for
    if (disposed) throw disposedError();
    const connection = connect(() => {
      if (ready === connection) loaded = undefined;
    });
    worker = connection;
    const onEvent = (event: HostEvent) => {
      if (worker !== connection) return;
      if (event.type === 'progress') return onProgress(event.progress);
      onWarning(event.warning);
      if (event.warning.code === 'device-lost') onDeviceLost(connection, event.warning.message);
    };
    try {
      const reasoner = options.externalReasoner && proxy(options.externalReasoner);
      const embedder = options.externalEmbedder && proxy(options.externalEmbedder);
      const load = { ...config, device };
      const models = options.modelRequests && proxy(options.modelRequests);
      onInfo(
        await connection.run((host) =>
          host.load(++requests, load, proxy(onEvent), reasoner, embedder, models),
        ),
      );
      ready = connection;
      return connection;
    } catch (error) {
      void connection.end(error as TteError, true);
      throw error;
    }
  }

  /** After a lost device later calls reconnect on WASM, unless `device: 'webgpu'` was explicit. */
  function onDeviceLost(connection: Connection, message: string): void {
    if (options.device === 'auto') device = 'wasm';
    void connection.end(new TteError('device-lost', message));
  }

  /** The runtime's state is undefined after a failed run, so its worker is not used again. */
  function retire(connection: Connection): void {
    const reason = new TteError(
      'worker-died',
      'The runtime failed in another call. Call again: the next call starts a new worker.',
    );
    collateral.add(reason);
    void connection.end(reason);
  }

  return {
    async load(signal) {
      const giveUp = () =>
        worker?.end(new TteError('aborted', 'Loading was aborted.', { cause: signal?.reason }), true);
      await abortable(signal, session, () => void giveUp());
    },
    nextRequest: () => ++requests,
    call(request, run, { signal, repeatable = false, hasFailedRun } = {}) {
      if (disposed) return Promise.reject(disposedError());
      let connection: Connection | undefined;
      const attempt = async () => {
        const opened = await session();
        if (signal?.aborted) throw abortedError(signal); // aborted while loading: the call never reaches the worker
        connection = opened;
        try {
          const result = await opened.run(run);
          if (hasFailedRun?.(result)) retire(opened);
          return result;
        } catch (error) {
          if (isTteError(error, 'run-failed')) retire(opened);
          throw error;
        }
      };
      const work = async () => {
        for (let made = 1; ; made++) {
          try {
            return await attempt();
          } catch (error) {
            if (!repeatable || made === ATTEMPTS || !collateral.has(error as TteError)) throw error;
          }
        }
      };
      return abortable(signal, work, () => connection?.cancel(request));
    },
    flush: () => worker?.flush(),
    async dispose() {
      disposed = true;
      await worker?.end(disposedError());
    },
  };
}

function disposedError(): TteError {
  return new TteError('disposed', 'This embedder was disposed. Create a new one.');
}
