import { afterEach, expect, test, vi } from 'vitest';
import { type FakeWorker, fakeEmbedding, fakeInfo, fakeWorker } from '../../e2e/bridge/fake-worker.ts';
import { isTteError, TteError } from '../shared/errors.ts';
import type { HostApi, HostEvent, LoadRequest } from '../shared/protocol.ts';
import type { Device, EmbedderWarning, LoadProgress } from '../shared/types.ts';
import { type Bridge, createBridge } from './bridge.ts';
import { connect, type Host } from './connection.ts';

const config: Omit<LoadRequest, 'device'> = {
  embedder: 'a',
  reasoner: null,
  externalReasoner: null,
  leavesThePage: false,
  dtype: null,
  threads: null,
  preload: false,
  customOperators: true,
  assetsUrl: null,
  modelsUrl: null,
  hubUrl: 'https://hub.invalid/',
  cache: { vectors: 1, traces: 1 },
};
const input = { images: [], layout: 'none', text: 'a', instruction: '' } as const;
const wanted = { think: 'never', role: 'query' } as const;
const never = () => new Promise<never>(() => {});

/** A bridge with fake workers; `host` returns the host of the n-th one. */
function setUp(host: (n: number) => Partial<HostApi>, device: Device | 'auto' = 'wasm') {
  const workers: FakeWorker[] = [];
  const warnings: EmbedderWarning[] = [];
  const progress: LoadProgress[] = [];
  const bridge = createBridge({
    connect(onEnd) {
      const worker = fakeWorker(host(workers.length));
      workers.push(worker);
      return connect(worker, onEnd);
    },
    config,
    device,
    externalReasoner: null,
    externalEmbedder: null,
    modelRequests: null,
    onProgress: (event) => progress.push(event),
    onWarning: (warning) => warnings.push(warning),
    onInfo() {},
  });
  open.push(bridge);
  return { bridge, workers, warnings, progress };
}

const open: Bridge[] = [];
afterEach(() => {
  for (const bridge of open.splice(0)) bridge.dispose();
  vi.unstubAllGlobals();
});

const withGpu = () => vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({}) } });

const embed = (bridge: Bridge, signal?: AbortSignal) => {
  const request = bridge.nextRequest();
  return bridge.call(request, (host: Host) => host.embed(request, input, wanted, null), { signal });
};

const code = (expected: string) => expect.objectContaining({ code: expected });

test('the worker is loaded once, with the requested device', async () => {
  const load = vi.fn(async (..._args: Parameters<HostApi['load']>) => fakeInfo());
  const { bridge, workers } = setUp(() => ({ load, embed: async () => fakeEmbedding() }), 'webgpu');
  await Promise.all([bridge.load(), embed(bridge), embed(bridge)]);
  expect(workers).toHaveLength(1);
  expect(load).toHaveBeenCalledTimes(1);
  expect(load.mock.calls[0]?.[1]).toEqual({ ...config, device: 'webgpu' });
});

test('errors keep class, code, message and the chain of causes', async () => {
  const { bridge } = setUp(() => ({
    async embed() {
      throw new TteError('quota', 'full', { cause: new RangeError('too much', { cause: 'a string' }) });
    },
    async storage() {
      throw new TypeError('plain');
    },
  }));
  const error = await embed(bridge).catch((e) => e);
  expect(error).toBeInstanceOf(TteError);
  expect(error).toMatchObject({ name: 'TteError', code: 'quota', message: 'full' });
  expect(error.cause).toBeInstanceOf(Error);
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'too much', cause: 'a string' });
  const plain = await bridge.call(9, (host) => host.storage()).catch((e) => e);
  expect(plain).toMatchObject({ name: 'TypeError', message: 'plain' });
});

test('a crash rejects every pending call, and the next call starts a new worker', async () => {
  const { bridge, workers } = setUp((n) => ({ embed: n === 0 ? never : async () => fakeEmbedding() }));
  await bridge.load();
  const calls = [embed(bridge), embed(bridge)].map((call) => call.catch((e) => e));
  await new Promise((resolve) => setTimeout(resolve));
  workers[0]?.crash('boom');
  for (const call of calls) {
    expect(await call).toMatchObject({ code: 'worker-died', message: expect.stringContaining('boom') });
  }
  expect(workers[0]?.terminated).toBe(true);
  expect((await embed(bridge)).space).toBe('fake');
  expect(workers).toHaveLength(2);
});

test('a failed load rejects, and the next call loads again', async () => {
  const { bridge, workers } = setUp((n) => ({
    load: async () => {
      if (n === 0) throw new TteError('download-failed', 'no network');
      return fakeInfo();
    },
    embed: async () => fakeEmbedding(),
  }));
  await expect(bridge.load()).rejects.toEqual(code('download-failed'));
  expect(workers[0]?.terminated).toBe(true);
  await expect(embed(bridge)).resolves.toBeDefined();
});

test('abort rejects at once and cancels in the worker; an aborted signal never reaches it', async () => {
  const started = vi.fn(never);
  const cancel = vi.fn();
  const { bridge } = setUp(() => ({ embed: started, cancel }));
  await bridge.load();
  const controller = new AbortController();
  const call = embed(bridge, controller.signal).catch((e) => e);
  await vi.waitFor(() => expect(started).toHaveBeenCalledTimes(1));
  controller.abort('changed my mind');
  expect(await call).toMatchObject({ code: 'aborted', name: 'AbortError', cause: 'changed my mind' });
  await vi.waitFor(() => expect(cancel).toHaveBeenCalledWith(started.mock.calls[0]?.[0 as never]));

  await expect(embed(bridge, controller.signal)).rejects.toEqual(code('aborted'));
  expect(started).toHaveBeenCalledTimes(1);
});

test('a call that is aborted while the worker loads never reaches it, and loading continues', async () => {
  let finish = () => {};
  const loaded = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const started = vi.fn(async () => fakeEmbedding());
  const { bridge } = setUp(() => ({ load: () => loaded.then(fakeInfo), embed: started }));
  const controller = new AbortController();
  const call = embed(bridge, controller.signal).catch((e) => e);
  controller.abort();
  expect(await call).toEqual(code('aborted'));
  finish();
  await embed(bridge);
  expect(started).toHaveBeenCalledTimes(1);
});

test('aborting the load ends the worker', async () => {
  const { bridge, workers } = setUp(() => ({ load: never }));
  const controller = new AbortController();
  const load = bridge.load(controller.signal).catch((e) => e);
  await vi.waitFor(() => expect(workers).toHaveLength(1));
  controller.abort();
  expect(await load).toEqual(code('aborted'));
  expect(workers[0]?.terminated).toBe(true);
});

test('dispose rejects pending and later calls, and ends the worker', async () => {
  const { bridge, workers } = setUp(() => ({ embed: never }));
  await bridge.load();
  const call = embed(bridge).catch((e) => e);
  const disposed = bridge.dispose();
  expect(await call).toEqual(code('disposed'));
  await disposed;
  await expect(embed(bridge)).rejects.toEqual(code('disposed'));
  expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
});

test('dispose lets the worker write its caches, but does not wait for a busy worker', async () => {
  const order: string[] = [];
  const closes = vi.fn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push('written');
  });
  const { bridge, workers } = setUp((n) => ({ embed: never, close: n === 0 ? closes : never }));
  await bridge.load();
  const call = embed(bridge).catch((e) => order.push(e.code));
  await bridge.dispose();
  await call;
  expect(order).toEqual(['disposed', 'written']);
  expect(workers[0]?.terminated).toBe(true);

  const busy = setUp(() => ({ close: never }));
  await busy.bridge.load();
  const began = performance.now();
  await busy.bridge.dispose();
  expect(performance.now() - began).toBeLessThan(3000);
  expect(busy.workers[0]?.terminated).toBe(true);
});

test('when the page may be discarded, caches are written and the worker stays alive', async () => {
  const flush = vi.fn(async () => {});
  const { bridge, workers } = setUp(() => ({ flush }));
  await bridge.load();
  bridge.flush();
  await vi.waitFor(() => expect(flush).toHaveBeenCalledTimes(1));
  expect(workers[0]?.terminated).toBe(false);
});

test('a timeout can be distinguished from an abort', async () => {
  const { bridge } = setUp(() => ({ embed: never }));
  await bridge.load();
  const error = await embed(bridge, AbortSignal.timeout(5)).catch((e) => e);
  expect(error).toMatchObject({ code: 'aborted', name: 'TimeoutError', cause: { name: 'TimeoutError' } });
  expect(isTteError(error, 'aborted')).toBe(true);
  const late = setUp(() => ({ load: never }));
  await expect(late.bridge.load(AbortSignal.timeout(5))).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('after a failed call, calls that waited for it are repeated if they may be, and rejected otherwise', async () => {
  let fail = () => {};
  const { bridge, workers } = setUp((n) => ({
    think: () =>
      new Promise<never>((_, reject) => {
        fail = () => reject(new TteError('run-failed', 'out of memory'));
      }),
    embed: n === 0 ? never : async () => fakeEmbedding(),
  }));
  await bridge.load();
  const failing = bridge.call(99, (host) => host.think(99, input, wanted, null)).catch((e) => e);
  const again = [1, 2, 3].map((request) =>
    bridge.call(request, (host) => host.embed(request, input, wanted, null), { repeatable: true }),
  );
  const once = embed(bridge).catch((e) => e);
  await new Promise((resolve) => setTimeout(resolve, 20));
  fail();
  expect(await failing).toEqual(code('run-failed'));
  expect(await once).toEqual(code('worker-died'));
  expect((await Promise.all(again)).map(({ space }) => space)).toEqual(['fake', 'fake', 'fake']);
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
});

test('a result with a failed run retires its worker, too; the next worker starts when it has ended', async () => {
  const gone: (boolean | undefined)[] = [];
  const { bridge, workers } = setUp((n) => {
    gone.push(n === 0 ? undefined : workers[n - 1]?.terminated);
    return {
      close: () => new Promise((resolve) => setTimeout(resolve, 20)),
      embed: async () => ({ ...fakeEmbedding(), space: String(n) }),
    };
  });
  const call = (hasFailedRun: boolean) =>
    bridge.call(1, (host) => host.embed(1, input, wanted, null), { hasFailedRun: () => hasFailedRun });
  expect((await call(false)).space).toBe('0');
  expect((await call(true)).space).toBe('0');
  expect((await call(false)).space).toBe('1');
  expect(gone).toEqual([undefined, true]);
});

test('a call is repeated a limited number of times, and never after its own failure or abort', async () => {
  const embedded = vi.fn(() => Promise.reject(new TteError('run-failed', 'no')));
  const { bridge, workers } = setUp(() => ({
    embed: embedded,
    think: never,
  }));
  const think = (signal?: AbortSignal) =>
    bridge.call(50, (host) => host.think(50, input, wanted, null), { repeatable: true, signal });
  const waiting = think().catch((e) => e);
  for (let time = 0; time < 3; time++) {
    await bridge.load();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(embed(bridge)).rejects.toEqual(code('run-failed'));
  }
  expect(await waiting).toEqual(code('worker-died'));
  expect(embedded).toHaveBeenCalledTimes(3);

  const abort = new AbortController();
  const aborted = think(abort.signal).catch((e) => e);
  await new Promise((resolve) => setTimeout(resolve, 10));
  abort.abort();
  expect(await aborted).toEqual(code('aborted'));
  expect(workers.length).toBeLessThanOrEqual(4);
});

test('auto: a device that fails its self-test is replaced by WASM in a new worker, with a warning', async () => {
  withGpu();
  const devices: Device[] = [];
  const { bridge, workers, warnings } = setUp(
    () => ({
      async load(_, { device }) {
        devices.push(device);
        if (device === 'webgpu') throw new TteError('run-failed', 'wrong vectors');
        await new Promise((resolve) => setTimeout(resolve, 200));
        return fakeInfo();
      },
      embed: async () => fakeEmbedding(),
    }),
    'auto',
  );
  const loading = Promise.all([bridge.load(), embed(bridge)]);
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  await embed(bridge); // waits for the second worker, too
  await loading;
  expect(devices).toEqual(['webgpu', 'wasm']);
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
  expect(warnings).toEqual([{ code: 'device-fallback', message: expect.stringContaining('wrong vectors') }]);
});

test('explicit WebGPU does not fall back; nor does auto on other errors', async () => {
  withGpu();
  const fails = (error: TteError) => () => ({ load: () => Promise.reject(error) });
  const asked = setUp(fails(new TteError('run-failed', 'wrong')), 'webgpu');
  await expect(asked.bridge.load()).rejects.toEqual(code('run-failed'));
  const missing = setUp(fails(new TteError('model-not-found', 'none')), 'auto');
  await expect(missing.bridge.load()).rejects.toEqual(code('model-not-found'));
  expect([asked.workers.length, missing.workers.length]).toEqual([1, 1]);
});

test('a lost device rejects running calls; the next call runs on WASM', async () => {
  withGpu();
  const devices: Device[] = [];
  let tell: (event: HostEvent) => void = () => {};
  const { bridge, warnings } = setUp(
    (n) => ({
      async load(_, { device }, onEvent) {
        devices.push(device);
        tell = onEvent;
        return fakeInfo();
      },
      embed: n === 0 ? never : async () => fakeEmbedding(),
    }),
    'auto',
  );
  await bridge.load();
  const call = embed(bridge).catch((e) => e);
  await new Promise((resolve) => setTimeout(resolve));
  tell({ type: 'warning', warning: { code: 'device-lost', message: 'gone' } });
  expect(await call).toEqual(code('device-lost'));
  await embed(bridge);
  expect(devices).toEqual(['webgpu', 'wasm']);
  expect(warnings).toHaveLength(1);
});

test('a runtime is not used again after a failed run', async () => {
  const { bridge, workers } = setUp((n) => ({
    embed: async () => {
      if (n === 0) throw new TteError('run-failed', 'out of memory');
      return fakeEmbedding();
    },
  }));
  await expect(embed(bridge)).rejects.toEqual(code('run-failed'));
  await embed(bridge);
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
});

test('progress never decreases, not even with a second worker', async () => {
  withGpu();
  const { bridge, progress } = setUp(
    (n) => ({
      async load(_, { device }, onEvent) {
        const total = 10;
        for (const loaded of n === 0 ? [2, 6, 10] : [1, 10]) {
          await onEvent({ type: 'progress', progress: { phase: 'compile', loaded, total } });
        }
        if (n === 0) throw new TteError('unsupported', 'no');
        await onEvent({ type: 'progress', progress: { phase: 'ready', loaded: total, total, device } });
        return fakeInfo();
      },
    }),
    'auto',
  );
  await bridge.load();
  const loaded = progress.map((event) => event.loaded);
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  expect(progress.at(-1)).toMatchObject({ phase: 'ready', loaded: 10, device: 'wasm' });
});
