/** For unit tests: a worker made of a MessageChannel, with its host in this thread. */
import { expose } from 'comlink';
import type { WorkerLike } from '../../src/bridge/worker.ts';
import type { HostApi } from '../../src/shared/protocol.ts';
import type { EmbedderInfo, Embedding } from '../../src/shared/types.ts';
import { VERSION } from '../../src/shared/version.ts';

export interface FakeWorker extends WorkerLike {
  readonly terminated: boolean;
  /** Simulates an uncaught error in the worker's script. */
  crash(message: string): void;
}

export function fakeWorker(host: Partial<HostApi>): FakeWorker {
  const { port1, port2 } = new MessageChannel();
  const events = new EventTarget();
  let terminated = false;
  expose(
    {
      version: VERSION,
      ping: () => true,
      holdLivenessLock: async () => false,
      cancel() {},
      load: async () => fakeInfo(),
      ...host,
    },
    port2,
  );
  const target = (type: string): EventTarget => (type === 'message' ? port1 : events);
  return {
    postMessage: (message, transfer = []) => port1.postMessage(message, transfer),
    addEventListener(type, listener) {
      target(type).addEventListener(type, listener);
      port1.start();
    },
    removeEventListener: (type, listener) => target(type).removeEventListener(type, listener),
    terminate() {
      terminated = true;
      port1.close();
      port2.close();
    },
    get terminated() {
      return terminated;
    },
    crash: (message) => events.dispatchEvent(Object.assign(new Event('error'), { message })),
  };
}

export function fakeInfo(): EmbedderInfo {
  return {
    system: 'separate',
    embedder: { id: 'fake', revision: '1', dtype: 'fp32', license: 'none', bytes: 1 },
    reasoner: null,
    leavesThePage: false,
    device: 'wasm',
    threads: 1,
    dimensions: [2, 1],
    maxTokens: 8,
    thinkModes: ['never'],
    supportsImages: true,
    canAnswer: false,
    warnings: [],
  };
}

export function fakeEmbedding(): Embedding {
  return {
    vector: new Float32Array([0.6, 0.8]),
    space: 'fake',
    trace: null,
    thinkDecision: { mode: 'never', reason: '' },
    usage: { inputTokens: 1, traceTokens: 0, ms: { decode: 0, think: 0, encode: 0, total: 0 } },
    cached: false,
    truncated: false,
  };
}
