/** The connection to one worker: its host, pending calls, and detection of its end. */
import { type Endpoint, type Remote, releaseProxy, wrap } from 'comlink';
import { TteError } from '../shared/errors.ts';
import type { HostApi } from '../shared/protocol.ts';
import type { WorkerLike } from './worker.ts';

/**
 * A worker does not answer while it computes: a prefill or the compilation of a session can take tens of seconds on a slow
 * phone. The liveness lock reports a dead worker immediately; the watchdog only ends one that hangs. It counts ticks rather
 * than time, so that a computer waking from sleep is not mistaken for a silent worker.
 */
const TICK_MS = 10_000;
const SILENT_TICKS = 12;

export type Host = Remote<HostApi>;

export interface Connection {
  /** Settles like `call`, or rejects if the worker ends first. After the end `call` is not made. */
  run<T>(call: (host: Host) => Promise<T>): Promise<T>;
  /** Asks the worker to stop working on a request, if both still exist. */
  cancel(request: number): void;
  /** Terminates the worker and rejects pending calls with `reason`. Only the first call has an effect. */
  end(reason: TteError): void;
}

/** @param onEnd called once, for whatever reason the worker ends */
export function connect(worker: WorkerLike, onEnd: () => void, tickMs = TICK_MS): Connection {
  const host: Host = wrap<HostApi>(worker as Endpoint);
  const pending = new Set<(reason: TteError) => void>();
  const livenessLock = new AbortController();
  let ended: TteError | undefined;
  let silentTicks = 0;

  const died = (how: string) =>
    end(new TteError('worker-died', `The worker ${how}. Call again: the next call starts a new one.`));
  const onMessage = () => {
    silentTicks = 0;
  };
  const watchdog = setInterval(() => {
    if (pending.size === 0) silentTicks = 0;
    else if (++silentTicks > SILENT_TICKS) died('has not answered for two minutes');
    else void host.ping();
  }, tickMs);

  function end(reason: TteError): void {
    if (ended !== undefined) return;
    ended = reason;
    clearInterval(watchdog);
    livenessLock.abort();
    host[releaseProxy]();
    worker.terminate();
    for (const reject of pending) reject(reason);
    pending.clear();
    onEnd();
  }

  worker.addEventListener('message', onMessage);
  worker.addEventListener('messageerror', () => died('sent a message that could not be read'));
  worker.addEventListener('error', (event) => {
    const { message } = event as ErrorEvent; // empty if the script did not load
    died(message ? `crashed: ${message}` : 'could not be started: its script failed to load');
  });
  const armed = watchLivenessLock(host, livenessLock.signal, () => died('ended unexpectedly'));

  return {
    end,
    cancel(request) {
      if (ended === undefined) void host.cancel(request);
    },
    run: (call) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        pending.add(reject); // not Promise.race with one long-lived promise, which would keep every result alive
        armed
          .then(() => call(host))
          .then(resolve, reject)
          .finally(() => pending.delete(reject));
      }),
  };
}

/**
 * The worker holds a Web Lock for its whole life, and the page waits for the same lock: acquiring it means that the worker is
 * dead. Resolves once this is set up, or is impossible; a page without Web Locks has only the watchdog.
 */
async function watchLivenessLock(host: Host, signal: AbortSignal, onDeath: () => void): Promise<void> {
  const lock = `think-then-embed:worker:${Math.random()}`;
  const held = await host.holdLivenessLock(lock).catch(() => false);
  if (held) navigator.locks.request(lock, { signal }, onDeath).catch(() => {}); // rejects when `end` aborts it
}
