import { describe, expect, test, vi } from 'vitest';
import { TteError } from '../../src/shared/errors.ts';
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Embedder, EncodeItem } from '../embedder/types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Picture } from '../images/picture.ts';
import type { ModelIdentity } from '../storage/keys.ts';
import { createEngine, type Engine, embedOne } from './engine.ts';
import { type Input, textInput } from './input.ts';
import { createKeys } from './keys.ts';
import { createQueue } from './queue.ts';
import { externalTraceSource } from './trace-sources.ts';
import type { Call, Outcome, TraceSource } from './types.ts';

const identity: ModelIdentity = {
  id: 'm',
  revision: '1',
  dtype: 'fp32',
  prompts: {},
  recipe: { always: {} },
};
const call = (signal = new AbortController().signal): Call => ({ request: 1, signal, onTrace: () => {} });
const never: WireOptions = { think: 'never', role: 'query' };
const answer: WireOptions = { think: 'answer', role: 'query' };

/** Two texts a batch; the vector is made of the length of text and trace. A text `bad` fails its batch. */
function fakeEmbedder(seen: string[] = [], ms = 0): Embedder {
  const encode = ({ text, trace }: EncodeItem) => ({
    vector: normalize(Float32Array.of(1 + text.length, 1 + (trace?.text.length ?? 0))),
    tokens: 1,
    truncated: false,
  });
  return {
    recipe: { always: {} },
    supportsImages: true,
    dimensions: 2,
    async *encode(items) {
      for (let at = 0; at < items.length; at += 2) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        const batch = items.slice(at, at + 2);
        seen.push(batch.map(({ text }) => text).join());
        if (batch.some(({ text }) => text === 'bad')) throw new Error('a bad text');
        yield batch.map((item, i) => ({ index: at + i, encoded: encode(item) }));
      }
    },
    release: async () => {},
  };
}

function cache<T>() {
  const map = new Map<string, T>();
  return {
    map,
    get: (key: string) => map.get(key),
    put: (key: string, value: T) => void map.set(key, value),
  };
}

function setUp(
  traceSource: TraceSource | null,
  id: string | null = 'fn',
  embedder = fakeEmbedder(),
  fetchForImages: () => Promise<void> = async () => {},
) {
  const caches = { vectors: cache<never>(), traces: cache<never>() };
  const keys = createKeys({
    embedder: identity,
    reasoner: traceSource && { id },
    dimensions: 2,
    kernels: 'wasm/4',
  });
  const queue = createQueue();
  const testImages = async () => {};
  const models = { embedder, fetchForImages, testImages, traceSource, maxTokens: 256 };
  const parts = { ...models, queue, keys, caches };
  return { caches, engine: createEngine(parts) };
}

async function all(engine: Engine, texts: readonly string[], options: WireOptions, with_ = call()) {
  const outcomes: Outcome[] = [];
  await engine.embedMany(texts.map(textInput), options, with_, (index, outcome) => {
    expect(outcomes[index]).toBeUndefined();
    outcomes[index] = outcome;
  });
  return outcomes;
}

test('a bad item fails alone, whatever shares its batch', async () => {
  const { engine } = setUp(null);
  const outcomes = await all(engine, ['a', 'bad', 'c', 'd', 'bad', '  '], never);
  expect(outcomes.map((outcome) => 'value' in outcome)).toEqual([true, false, true, true, false, false]);
});

test('a single input goes before the batches of a long call', async () => {
  const seen: string[] = [];
  const { engine } = setUp(null, null, fakeEmbedder(seen, 5));
  const texts = Array.from({ length: 60 }, (_, i) => String(i));
  const long = all(engine, texts, never);
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1));
  const before = seen.length;
  await embedOne(engine, textInput('query'), never, call());
  expect(seen.indexOf('query')).toBeLessThanOrEqual(before + 1); // after the batch that was under way
  await long;
  expect(seen).toHaveLength(31);
});

describe('a reasoner function', () => {
  test('is asked several times at once, within a bound', async () => {
    let [now, most] = [0, 0];
    const source = externalTraceSource(async (_, __, ___, { text }) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return `about ${text}`;
    });
    const { engine } = setUp(source);
    const outcomes = await all(
      engine,
      Array.from({ length: 12 }, (_, i) => `text ${i}`),
      answer,
    );
    const traces = outcomes.map((outcome) => 'value' in outcome && outcome.value.trace?.text);
    expect(traces).toEqual(Array.from({ length: 12 }, (_, i) => `about text ${i}`));
    expect(most).toBe(4);
  });

  test.each([
    [42, 'number'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ text: 'x' }, 'object'],
  ])('that gives %j is reasoner-failed, for this item alone', async (given, kind) => {
    const source = externalTraceSource(async (_, index) => (index === 1 ? given : 'fine') as string);
    const outcomes = await all(setUp(source).engine, ['a', 'b', 'c'], answer);
    expect(outcomes.map((outcome) => 'value' in outcome)).toEqual([true, false, true]);
    const [, failed] = outcomes;
    expect(failed && 'error' in failed && failed.error).toMatchObject({
      code: 'reasoner-failed',
      message: expect.stringContaining(kind),
    });
  });

  test('with an id is remembered, without one it is not', async () => {
    const reasoner = vi.fn(async () => 'a trace');
    for (const [id, times] of [
      ['r', 1],
      [null, 2],
    ] as const) {
      reasoner.mockClear();
      const { engine, caches } = setUp(externalTraceSource(reasoner), id);
      await all(engine, ['a'], answer);
      const [again] = await all(engine, ['a'], answer);
      expect(reasoner).toHaveBeenCalledTimes(times);
      expect(again && 'value' in again && again.value.cached).toBe(id === null ? false : 'vector');
      expect([caches.vectors.map.size, caches.traces.map.size]).toEqual(id === null ? [0, 0] : [1, 1]);
      // What it has no part in is remembered all the same.
      await all(engine, ['b'], never);
      expect(caches.vectors.map.size).toBe(id === null ? 1 : 2);
    }
  });

  test('after an abort nothing is reported, and the reasoner is not called any more', async () => {
    const abort = new AbortController();
    const reasoner = vi.fn(() => new Promise<string>(() => {}));
    const { engine } = setUp(externalTraceSource(reasoner));
    const running = all(engine, ['a', 'b', 'c', 'd', 'e', 'f'], answer, call(abort.signal));
    await vi.waitFor(() => expect(reasoner).toHaveBeenCalledTimes(4));
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(reasoner).toHaveBeenCalledTimes(4);
  });
});

describe('auto, where a reasoner lists the objects of photographs', () => {
  const image = (shows: string) =>
    ({
      ...textInput(''),
      images: [{ hash: async () => shows, pixels: async () => ({ shows }), release() {} }],
    }) as never;
  const auto: WireOptions = { think: 'auto', role: 'document' };

  function source(): TraceSource {
    return {
      id: 'eyes',
      supportsImages: true,
      readsContext: false,
      local: true,
      longestMode: 'full',
      async shows({ images }, closely) {
        const [pixels] = await Promise.all(images.map((each) => each.pixels()));
        const shown = pixels && 'shows' in pixels ? pixels.shows : null;
        if (shown === 'thing') return closely ? 'thing' : 'photograph';
        return shown === 'photo' ? 'photograph' : null;
      },
      async think({ text }, mode) {
        const written = { text: `${mode}${text}`, thinking: '', answer: 'a dog', tokens: 1 };
        return { result: { trace: { ...written, source: 'reasoner', stop: 'end' } } };
      },
    };
  }

  test('photographs are thought about, drawings are not, and nothing is remembered of them as a trace', async () => {
    const { engine, caches } = setUp(source());
    const photo = await embedOne(engine, image('photo'), auto, call());
    expect(photo).toMatchObject({ thinkDecision: { mode: 'answer' }, trace: { answer: 'a dog' } });
    const drawing = await embedOne(engine, image('drawing'), auto, call());
    expect(drawing).toMatchObject({ thinkDecision: { mode: 'never' }, trace: null });
    expect(caches.traces.map.size).toBe(1);
    expect(await embedOne(engine, image('drawing'), auto, call())).toMatchObject({
      cached: 'vector',
      trace: null,
    });
    expect(
      (await embedOne(engine, image('drawing'), { ...auto, think: 'answer' }, call())).trace,
    ).not.toBeNull();
    expect(await engine.think(image('drawing'), auto, call())).toBeNull();
    expect(await engine.think(image('photo'), auto, call())).not.toBeNull();
  });

  test('a photograph of one thing is thought about when it is indexed, and not as a query', async () => {
    const { engine, caches } = setUp(source());
    const query = await embedOne(engine, image('thing'), { ...auto, role: 'query' }, call());
    expect(query).toMatchObject({ thinkDecision: { mode: 'never' }, trace: null });
    expect(query.thinkDecision.reason).toMatch(/one thing/);
    expect(caches.traces.map.size).toBe(0);
    const document = await embedOne(engine, image('thing'), auto, call());
    expect(document).toMatchObject({ thinkDecision: { mode: 'answer' }, trace: { answer: 'a dog' } });
    const scene = await embedOne(engine, image('photo'), { ...auto, role: 'query' }, call());
    expect(scene.thinkDecision.mode).toBe('answer');
    const asked = await embedOne(engine, image('thing'), { think: 'answer', role: 'query' }, call());
    expect(asked.trace).not.toBeNull();
  });

  test('a search knows beforehand', async () => {
    const { engine } = setUp(source());
    expect(await engine.decide(image('photo'), auto, call())).toMatchObject({ mode: 'answer' });
    expect(await engine.decide(image('drawing'), auto, call())).toMatchObject({ mode: 'never' });
    const { shows: _, ...blind } = source();
    expect(await setUp(blind).engine.decide(image('photo'), auto, call())).toMatchObject({ mode: 'never' });
  });
});

const picture = {
  hash: async () => 'a',
  pixels: async () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) }),
  release: () => {},
} as unknown as Picture;
const withPicture: Input = { ...textInput(''), images: [picture], layout: 'image' };

test('a picture waits until what it needs is downloaded; a text does not, and an aborted call neither', async () => {
  let arrive = () => {};
  const download = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const fetches = vi.fn(() => download);
  const { engine } = setUp(null, null, fakeEmbedder(), fetches);
  await embedOne(engine, textInput('a'), never, call());
  expect(fetches).not.toHaveBeenCalled();

  let done = false;
  const first = embedOne(engine, withPicture, never, call()).then(() => {
    done = true;
  });
  const abort = new AbortController();
  const second = embedOne(engine, withPicture, never, call(abort.signal));
  await vi.waitFor(() => expect(fetches).toHaveBeenCalled());
  await embedOne(engine, textInput('b'), never, call());
  abort.abort();
  await expect(second).rejects.toBe(abort.signal.reason);
  expect(done).toBe(false);
  arrive();
  await first;
  await embedOne(engine, withPicture, never, call());
  expect(fetches).toHaveBeenCalledTimes(1);
});

test('after a failed download the next picture tries again', async () => {
  const fetches = vi.fn(async () => {});
  fetches.mockRejectedValueOnce(new TteError('download-failed', 'no network'));
  const { engine } = setUp(null, null, fakeEmbedder(), fetches);
  const embed = () => embedOne(engine, withPicture, never, call());
  await expect(embed()).rejects.toMatchObject({ code: 'download-failed' });
  await embed();
  expect(fetches).toHaveBeenCalledTimes(2);
});
