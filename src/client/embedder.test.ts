import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { fakeEmbedding, fakeInfo, fakeWorker } from '../../e2e/bridge/fake-worker.ts';
import { TteError } from '../shared/errors.ts';
import type { ExternalReasoner, HostApi, LoadRequest, SettledEmbedding } from '../shared/protocol.ts';
import { packError } from '../shared/transfer.ts';
import { openEmbedder } from './embedder.ts';
import { pagePlatform } from './page.ts';
import type { Embedder, EmbedderOptions, ReasonerFunction } from './types.ts';

let open: Embedder | undefined;
beforeEach(() => vi.stubGlobal('location', { href: 'https://page.test/app/' }));
afterEach(async () => {
  await open?.dispose();
  vi.unstubAllGlobals();
});

async function setUp(host: Partial<HostApi>, options: EmbedderOptions = {}): Promise<Embedder> {
  open = await openEmbedder({ device: 'wasm', ...options }, () => pagePlatform(() => fakeWorker(host)));
  return open;
}

const code = (expected: string, message = /./) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) });

test('options are converted to a load request', async () => {
  const load = vi.fn(async () => fakeInfo());
  await setUp({ load });
  await setUp({ load }, { model: { embedder: './m/clip', reasoner: '/r//' }, hubUrl: 'mirror', dtype: 'q4' });
  await setUp({ load }, { model: { embedder: 'owner/name@abc', reasoner: null }, modelsUrl: '../models' });
  const requests = load.mock.calls.map((call) => (call as unknown[])[1] as LoadRequest);
  expect(requests).toMatchObject([
    {
      embedder: 'pico',
      reasoner: 'pico',
      externalReasoner: null,
      modelsUrl: null,
      hubUrl: 'https://huggingface.co/',
    },
    {
      embedder: 'https://page.test/app/m/clip/',
      reasoner: 'https://page.test/r/',
      hubUrl: 'https://page.test/app/mirror/',
      dtype: 'q4',
    },
    { embedder: 'owner/name@abc', reasoner: null, modelsUrl: 'https://page.test/models/' },
  ]);
});

test.each([
  [{ device: 'gpu' as never }, /options\.device/],
  [{ threads: 0 }, /options\.threads/],
  [{ model: '' }, /options\.model\.embedder/],
  [{ model: { embedder: 'a', reasoner: 3 as never } }, /options\.model\.reasoner/],
])('refuses %j and names the field', async (options, message) => {
  await expect(openEmbedder(options, () => pagePlatform(() => fakeWorker({})))).rejects.toEqual(
    code('invalid-input', message),
  );
});

test.each([
  [undefined, /^input:/],
  [['a', 'b'], /^input: pass a single input; embedMany/],
  [{}, /^input: pass a text, an image/],
  [{ instruction: 'only this' }, /^input: pass a text, an image/],
  [{ text: ' \n' }, /^input: pass a text, an image/],
  [{ text: 3 }, /^input\.text/],
  [{ text: 'a', trace: { words: 'b' } }, /^input\.trace/],
  [{ image: 'a.png', pages: ['b.png'] }, /only one of image and pages/],
  [{ frames: [] }, /^input\.frames/],
  [{ frames: ['a.png', {}] }, /^input\.frames\[1\]: pass a Blob/],
  [{ image: 'http://[' }, /^input\.image: .* is not a URL/],
])('refuses the input %j and names the field', async (input, message) => {
  const embed = vi.fn(async () => fakeEmbedding());
  const tte = await setUp({ embed });
  await expect(tte.embed(input as never)).rejects.toEqual(code('invalid-input', message));
  expect(embed).not.toHaveBeenCalled();
});

test('refuses dimensions, modes, roles and pictures that the model does not support', async () => {
  const tte = await setUp({ load: async () => ({ ...fakeInfo(), supportsImages: false }) });
  const refused = (options: object) => expect(tte.embed({ text: 'a' }, options)).rejects;
  await refused({ dimensions: 3 }).toEqual(
    code('invalid-input', /options\.dimensions: fake gives 2, 1, not 3/),
  );
  await refused({ think: 'maybe' }).toEqual(code('invalid-input', /options\.think/));
  await refused({ role: 'both' }).toEqual(code('invalid-input', /options\.role/));
  await expect(tte.embed({ image: 'a.png' })).rejects.toEqual(code('unsupported', /input\.image/));
});

test('an input and its options are sent to the host', async () => {
  const embed = vi.fn(async () => fakeEmbedding());
  const tte = await setUp({ embed });
  const image = new Blob(['x'], { type: 'image/png' });
  await tte.embed({ image, text: 'a', trace: '' }, { dimensions: 1, role: 'document' });
  expect(embed).toHaveBeenCalledWith(
    expect.any(Number),
    {
      images: [{ name: 'input.image', kind: 'blob', blob: expect.any(Blob) }],
      layout: 'image',
      text: 'a',
      instruction: '',
      trace: { text: '', source: 'input' },
    },
    { think: 'never', role: 'document', dimensions: 1 },
    null,
  );
});

test('a trace says who wrote it: the model itself, or anyone else', async () => {
  const embed = vi.fn(async (..._: Parameters<HostApi['embed']>) => fakeEmbedding());
  const tte = await setUp({ embed });
  const trace = { text: 'a', thinking: '', answer: 'a', tokens: 1, stop: 'end' } as const;
  const given = ['a', { ...trace, source: 'reasoner' }, { ...trace, source: 'external' }] as const;
  for (const trace of given) await tte.embed({ text: 'a', trace });
  expect(embed.mock.calls.map(([, input]) => input.trace)).toEqual([
    { text: 'a', source: 'input' },
    { text: 'a', source: 'reasoner' },
    { text: 'a', source: 'external' },
  ]);
});

test('a trace is sent as plain data, also where a framework keeps it behind proxies', async () => {
  const embed = vi.fn(async (..._: Parameters<HostApi['embed']>) => fakeEmbedding());
  const tte = await setUp({ embed });
  const reactive = <T extends object>(value: T): T =>
    new Proxy(value, {
      get: (target, key) => {
        const found = Reflect.get(target, key);
        return typeof found === 'object' && found !== null ? reactive(found) : found;
      },
    });
  const part = { x: 1, y: 2, width: 3, height: 4 };
  const trace = { text: 'a', thinking: '', answer: 'a', tokens: 1, source: 'reasoner', stop: 'end', part };
  await tte.embed(reactive({ text: 'a', trace }) as never);
  expect(embed.mock.calls[0]?.[1].trace).toEqual({ text: 'a', source: 'reasoner', part });
});

test('what cannot be sent is refused with the reason of the browser', async () => {
  const tte = await setUp({ embed: async () => fakeEmbedding() });
  const trace = { text: 'a', source: () => {} } as never;
  const refused = code('invalid-input', /^This input cannot be sent to the worker \(.*could not be cloned/);
  await expect(tte.embed({ text: 'a', trace })).rejects.toEqual(refused);
});

test('embedMany keeps the order; items that fail in the page or the worker do not affect the others', async () => {
  const embedMany: HostApi['embedMany'] = async (_, inputs, __, onProgress) => {
    await onProgress?.(inputs.length, inputs.length);
    return inputs.map(({ text }): SettledEmbedding => {
      if (text === 'bad')
        return { status: 'rejected', reason: packError(new TteError('run-failed', 'bad one')) };
      return { status: 'fulfilled', value: { ...fakeEmbedding(), space: text } };
    });
  };
  const tte = await setUp({ embedMany });
  const progress: number[][] = [];
  const onProgress = (...args: number[]) => progress.push(args);
  const items = [{ text: 'a' }, { text: 3 as never }, { text: 'bad' }, { text: 'd' }];
  const results = await tte.embedMany(items, { onProgress, onError: 'collect' });
  expect(results).toMatchObject([
    { status: 'fulfilled', value: { space: 'a' } },
    {
      status: 'rejected',
      reason: { code: 'invalid-input', message: expect.stringContaining('items[1].text') },
    },
    { status: 'rejected', reason: { code: 'run-failed', message: 'items[2]: bad one' } },
    { status: 'fulfilled', value: { space: 'd' } },
  ]);
  expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(TteError);
  expect(progress).toEqual([[4, 4]]);
  expect(await tte.embedMany([])).toEqual([]);
  await expect(tte.embedMany(items)).rejects.toEqual(code('invalid-input', /items\[1\]/));
  expect((await tte.embedMany([{ text: 'x' }])).map(({ space }) => space)).toEqual(['x']);
});

test('embedMany accepts only throw and collect as onError', async () => {
  const tte = await setUp({ embedMany: async () => [] });
  await expect(tte.embedMany([{ text: 'a' }], { onError: 'ignore' as never })).rejects.toEqual(
    code('invalid-input', /options\.onError/),
  );
});

test('an empty item: with collect only it is rejected; otherwise the call rejects and names it', async () => {
  const embedMany: HostApi['embedMany'] = async (_, inputs) =>
    inputs.map(() => ({ status: 'fulfilled', value: fakeEmbedding() }));
  const tte = await setUp({ embedMany });
  const items = Array.from({ length: 500 }, (_, i) => ({ text: i === 470 ? ' ' : `passage ${i}` }));
  const results = await tte.embedMany(items, { onError: 'collect' });
  const rejected = results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []));
  expect(rejected).toEqual([470]);
  await expect(tte.embedMany(items)).rejects.toEqual(code('invalid-input', /^items\[470\]: pass a text/));
});

test('calls that wait while another one fails keep their results and repeat no callbacks', async () => {
  let fail = () => {};
  const settled = { status: 'fulfilled', value: fakeEmbedding() } as const;
  const outcome = (added: number) => ({ added, replaced: 0, skipped: 0, failed: [] });
  const hosts: Partial<HostApi>[] = [
    {
      think: () =>
        new Promise((_, reject) => {
          fail = () => reject(new TteError('run-failed', 'indices element out of data bounds'));
        }),
      async embedMany(_, __, ___, onProgress) {
        await onProgress?.(1, 3);
        return new Promise(() => {});
      },
      async embed(_, __, ___, onTrace) {
        await onTrace?.('to be');
        return new Promise(() => {});
      },
      async indexAdd(_, __, ___, ____, _____, onDone) {
        await onDone?.(0, 'added');
        return new Promise(() => {});
      },
    },
    {
      async embedMany(_, inputs, ___, onProgress) {
        for (const i of inputs.keys()) await onProgress?.(i + 1, 3);
        return inputs.map(() => settled);
      },
      async embed(_, __, ___, onTrace) {
        await onTrace?.('to be or');
        await onTrace?.(' not');
        return fakeEmbedding();
      },
      async indexAdd(_, __, ___, items, ____, onDone) {
        for (const i of items.keys()) await onDone?.(i, i === 0 ? 'skipped' : 'added');
        return outcome(1);
      },
    },
  ];
  const indexOpen: HostApi['indexOpen'] = async ({ name }) => ({
    name,
    count: 0,
    manifest: {} as never,
    isEarlierSpace: false,
    incarnation: '1',
  });
  let started = 0;
  open = await openEmbedder({ device: 'wasm' }, () =>
    pagePlatform(() => fakeWorker({ ...hosts[started++], indexOpen })),
  );
  const tte = open;
  const index = await tte.openIndex('notes');
  const done: number[] = [];
  let trace = '';
  const items = [{ text: 'a' }, { text: 'b' }, { text: 'c' }];
  const many = tte.embedMany(items, { onProgress: (n) => done.push(n) });
  const one = tte.embed({ text: 'a' }, { onTrace: (delta) => (trace += delta) });
  const added = index.add(items);
  const failing = tte.think({ text: 'bad' }).catch((e) => e);
  await new Promise((resolve) => setTimeout(resolve, 40));
  fail();
  expect(await failing).toEqual(code('run-failed'));
  expect(await many).toHaveLength(3);
  expect(done).toEqual([1, 2, 3]);
  expect((await one).space).toBe('fake');
  expect(trace).toBe('to be or not');
  expect(await added).toMatchObject({ added: 3, skipped: 0, failed: [] });
  expect(started).toBe(2);
});

test('without reportError, as in Node, what a callback throws goes to the console', async () => {
  vi.stubGlobal('reportError', undefined);
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const tte = await setUp({
    async embedMany(_, inputs, __, onProgress) {
      await onProgress?.(1, 1);
      return inputs.map(() => ({ status: 'fulfilled', value: fakeEmbedding() }));
    },
  });
  const onProgress = () => {
    throw new Error('the caller is broken');
  };
  expect(await tte.embedMany(['a'], { onProgress })).toHaveLength(1);
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ message: 'the caller is broken' }));
  told.mockRestore();
});

test('options that are none are refused by every call', async () => {
  const tte = await setUp({});
  const calls = {
    embed: (options: never) => tte.embed('a', options),
    embedMany: (options: never) => tte.embedMany([], options),
    think: (options: never) => tte.think('a', options),
    openIndex: (options: never) => tte.openIndex('a', options),
    createEmbedder: (options: never) => openEmbedder(options, () => pagePlatform(() => fakeWorker({}))),
  };
  for (const [name, call] of Object.entries(calls)) {
    for (const options of [null, 'never', { signal: 5 }, { signal: {} }, { onProgres() {} }]) {
      await expect(call(options as never), name).rejects.toEqual(code('invalid-input', /^options/));
    }
  }
});

test.each([{ vectors: -1 }, { traces: '9' }, { vectors: Number.NaN }])(
  'refuses the cache %o',
  async (cache) => {
    await expect(setUp({}, { cache: cache as never })).rejects.toEqual(
      code('invalid-input', /options\.cache\./),
    );
  },
);

test('a hole among many items is refused like undefined', async () => {
  const tte = await setUp({});
  // biome-ignore lint/suspicious/noSparseArray: that is the point
  await expect(tte.embedMany([, 'a'] as never)).rejects.toEqual(code('invalid-input', /^items\[0\]: pass/));
});

test('bytes that were transferred are refused; shared memory is copied, as browsers make no Blob of it', async () => {
  const tte = await setUp({ embed: async () => fakeEmbedding() });
  const gone = new Uint8Array([1, 2]).buffer;
  structuredClone(gone, { transfer: [gone] });
  const transferred = code('invalid-input', /^input\.image: .* transferred/);
  await expect(tte.embed({ image: gone })).rejects.toEqual(transferred);
  const strict = class extends Blob {
    constructor(parts: BlobPart[], options?: BlobPropertyBag) {
      const isShared = parts.some(
        (part) => ArrayBuffer.isView(part) && !(part.buffer instanceof ArrayBuffer),
      );
      if (isShared) throw new TypeError('must not be shared');
      super(parts, options);
    }
  };
  vi.stubGlobal('Blob', strict);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  await expect(tte.embed({ image: shared as never })).resolves.toMatchObject({ space: 'fake' });
});

test('deletions are sent to the worker at once, without loading a further file for them', async () => {
  vi.resetModules();
  vi.doMock('./index-input.ts', () => {
    throw new TypeError('offline');
  });
  onTestFinished(() => void vi.doUnmock('./index-input.ts'));
  const host = {
    deleteModel: vi.fn(async () => {}),
    deleteIndex: vi.fn(async () => {}),
    clearCache: vi.fn(async () => {}),
  };
  const tte = await setUp(host);
  await tte.deleteModel('m');
  await tte.deleteIndex('notes');
  await tte.clearCache('traces');
  expect(Object.values(host).map(({ mock }) => mock.calls)).toEqual([[['m']], [['notes']], [['traces']]]);
  await expect(tte.deleteModel(Symbol('id') as never)).rejects.toEqual(code('invalid-input'));
});

test('callbacks are not called after the call has ended, and what they throw is reported as an uncaught error', async () => {
  let late: ((delta: string) => void) | null = null;
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const tte = await setUp({
    async embed(_, __, ___, onTrace) {
      late = onTrace;
      await onTrace?.('in time');
      return fakeEmbedding();
    },
  });
  const heard: string[] = [];
  await tte.embed(
    { text: 'a' },
    {
      onTrace(delta) {
        heard.push(delta);
        throw new Error('the page is broken');
      },
    },
  );
  await late!('too late');
  expect(heard).toEqual(['in time']);
  expect(reported).toHaveBeenCalledTimes(1);
});

/** A host that calls the reasoner function for item 0 and returns the trace as `space`. */
function askingHost(): Partial<HostApi> {
  let reasoner: ExternalReasoner | null = null;
  return {
    async load(_, config, __, asked) {
      reasoner = asked;
      const id = String(config.externalReasoner?.id);
      return { ...fakeInfo(), embedder: { ...fakeInfo().embedder, id } };
    },
    embed: async (request, words) => ({
      ...fakeEmbedding(),
      space: await reasoner!(request, 0, 'full', words),
    }),
    // Texts that the worker has read from a file.
    async indexImport(request) {
      const name = await reasoner!(request, 3, 'answer', { text: 'from a file', instruction: 'I' });
      return {
        added: 0,
        replaced: 0,
        skipped: 0,
        failed: [{ index: 0, id: '', name, reason: { value: 0 } }],
      };
    },
    indexOpen: async ({ name }) => ({
      name,
      count: 0,
      manifest: {} as never,
      isEarlierSpace: false,
      incarnation: '1',
    }),
  };
}

test('a reasoner function receives the input and streams to onTrace', async () => {
  const reasoner: ReasonerFunction = async (input, { mode, onToken }) => {
    onToken('to');
    onToken('ken');
    return `${mode}: ${input.text} ${input.instruction} ${input.images[0]}`;
  };
  const tte = await setUp(askingHost(), {
    model: { embedder: 'e', reasoner: Object.assign(reasoner, { id: 'r-1' }) },
  });
  expect(tte.info.embedder.id).toBe('r-1');
  const deltas: string[] = [];
  const onTrace = (delta: string) => deltas.push(delta);
  const { space } = await tte.embed({ text: 'T', instruction: 'I', image: 'cat.png' }, { onTrace });
  expect(space).toBe('full: T I https://page.test/app/cat.png');
  expect(deltas).toEqual(['to', 'ken']);
});

test('a reasoner function is identified only by its id, since its name changes when code is minified', async () => {
  const model = { embedder: 'e', reasoner: async () => 'a trace' };
  expect((await setUp(askingHost(), { model })).info.embedder.id).toBe('null');
  const reasoner = Object.assign(async () => '', { id: 7 as never });
  await expect(setUp({}, { model: { embedder: 'e', reasoner } })).rejects.toEqual(
    code('invalid-input', /options\.model\.reasoner\.id/),
  );
});

test('a reasoner function receives texts that the worker has read from a file', async () => {
  const reasoner: ReasonerFunction = async ({ text, instruction, images }) =>
    `${text} ${instruction} ${images.length}`;
  const tte = await setUp(askingHost(), { model: { embedder: 'e', reasoner } });
  const index = await tte.openIndex('notes');
  const report = await index.import(new Blob(['{}']), { reembed: true });
  expect(report.failed[0]?.name).toBe('from a file I 0');
});

test('an error of a reasoner function arrives as reasoner-failed with its cause', async () => {
  const reasoner = () => Promise.reject(new RangeError('no more'));
  const tte = await setUp(askingHost(), { model: { embedder: 'e', reasoner } });
  const error = await tte.embed({ text: 'T' }).catch((e) => e);
  expect(error).toEqual(code('reasoner-failed', /no more/));
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'no more' });
});

test('aborting a call aborts the reasoner function', async () => {
  let stopped: unknown;
  const reasoner: ReasonerFunction = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped = signal.reason;
        reject(signal.reason);
      });
    });
  const tte = await setUp(askingHost(), { model: { embedder: 'e', reasoner } });
  const controller = new AbortController();
  const call = tte.embed({ text: 'T' }, { signal: controller.signal }).catch((e) => e);
  await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort('enough');
  expect(await call).toMatchObject({ code: 'aborted', cause: 'enough' });
  expect(stopped).toBe('enough');
});

test('a failed load ends the worker', async () => {
  const worker = fakeWorker({ load: () => Promise.reject(new TteError('model-not-found', 'no pico')) });
  await expect(openEmbedder({ device: 'wasm' }, () => pagePlatform(() => worker))).rejects.toEqual(
    code('model-not-found'),
  );
  expect(worker.terminated).toBe(true);
});
