/** The connection to one worker: its host, pending calls, and detection of its end. */
import { type Endpoint, type Remote, releaseProxy, wrap } from 'comlink';
import { TteError } from '../shared/errors.ts';
import type { HostApi } from '../shared/protocol.ts';
import { VERSION } from '../shared/version.ts';
import { createPendingCalls } from './pending-calls.ts';
import type { WorkerLike } from './worker.ts';

/**
 * A worker does not answer while it computes: a prefill or the compilation of a session can take tens of seconds on a slow
 * phone. The liveness lock reports a dead worker immediately; the watchdog only ends one that hangs. It counts ticks rather
 * than time, so that a computer waking from sleep is not mistaken for a silent worker.
 */
const TICK_MS = 10_000;
const SILENT_TICKS = 12;

/** Time a worker has for writing its caches before it is terminated. A worker that is computing does not use it. */
const FAREWELL_MS = 1000;

export type Host = Remote<HostApi>;

/** What every host has for its connection. */
export type HostLife = Pick<HostApi, 'version' | 'ping' | 'cancel' | 'flush' | 'close' | 'holdLivenessLock'>;

export interface Connection<Api = HostApi> {
  /** Settles like `call`, or rejects if the worker ends first. After the end `call` is not made. */
  run<T>(call: (host: Remote<Api>) => Promise<T>): Promise<T>;
  /** Asks the worker to stop working on a request, if both still exist. */
  cancel(request: number): void;
  /** Asks the worker to write what its caches have pending. */
  flush(): void;
  /**
   * Rejects pending calls with `reason` at once and terminates the worker, which unless `abrupt` first has a second to write what
   * its caches have pending. Only the first call has an effect. Resolves when the worker is terminated.
   */
  end(reason: TteError, abrupt?: boolean): Promise<void>;
  /** Resolves when the worker is terminated, or immediately if `end` was not called. */
  gone(): Promise<void>;
}

/** @param onEnd called once, for whatever reason the worker ends */
export function connect<Api extends HostLife = HostApi>(
  worker: WorkerLike,
  onEnd: () => void,
  tickMs = TICK_MS,
): Connection<Api> {
  const remote = wrap<Api>(worker as Endpoint);
  const host = remote as unknown as Remote<HostLife>;
  const pending = createPendingCalls();
  const livenessLock = new AbortController();
  let terminated: Promise<void> | undefined;
  let silentTicks = 0;

  const died = (how: string) =>
    void end(
      new TteError('worker-died', `The worker ${how}. Call again: the next call starts a new one.`),
      true,
    );
  const onMessage = () => {
    silentTicks = 0;
  };
  const watchdog = setInterval(() => {
    if (pending.count === 0) silentTicks = 0;
    else if (++silentTicks > SILENT_TICKS) died('has not answered for two minutes');
    else void host.ping();
  }, tickMs);

  function end(reason: TteError, abrupt = false): Promise<void> {
    if (terminated !== undefined) return terminated;
    pending.end(reason);
    clearInterval(watchdog);
    livenessLock.abort();
    onEnd();
    terminated = (abrupt ? Promise.resolve() : farewell(host)).then(() => {
      host[releaseProxy]();
      worker.terminate();
    });
    return terminated;
  }

  worker.addEventListener('message', onMessage);
  worker.addEventListener('messageerror', () => died('sent a message that could not be read'));
  worker.addEventListener('error', (event) => {
    const { message } = event as ErrorEvent; // empty if the script did not load
    if (message) died(`crashed: ${message}`);
    else void fail();
  });
  async function fail(version?: string) {
    const why = (await worker.explain?.(version)) ?? 'its script failed to load.';
    await end(new TteError('download-failed', `The worker could not be started: ${why}`), true);
  }

  /** No call is made before, and none of a worker whose calls may mean something else. */
  async function arm() {
    const version = await host.version;
    if (version !== VERSION) return fail(String(version ?? 'unknown'));
    return watchLivenessLock(host, livenessLock.signal, () => died('ended unexpectedly'));
  }
  const armed = arm();

  return {
    end,
    gone: async () => terminated,
    flush() {
      if (!pending.ended) host.flush().catch(() => {});
    },
    cancel(request) {
      if (!pending.ended) void host.cancel(request);
    },
    run: (call) => pending.run(() => armed.then(() => call(remote))),
  };
}

/** Resolves when the worker has stopped its calls and written its caches, or when the time for that is over. */
function farewell(host: Remote<HostLife>): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, FAREWELL_MS);
    host.close().then(resolve, () => resolve());
  });
}

/**
 * The worker holds a Web Lock for its whole life, and the page waits for the same lock: acquiring it means that the worker is
 * dead. Resolves once this is set up, or is impossible; a page without Web Locks has only the watchdog.
 */
async function watchLivenessLock(
  host: Remote<HostLife>,
  signal: AbortSignal,
  onDeath: () => void,
): Promise<void> {
  const lock = `think-then-embed:worker:${Math.random()}`;
  const held = await host.holdLivenessLock(lock).catch(() => false);
  if (held) navigator.locks.request(lock, { signal }, onDeath).catch(() => {}); // rejects when `end` aborts it
}
