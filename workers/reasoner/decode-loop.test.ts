import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/shared/types.ts';
import type { Tensor } from '../runtime/types.ts';
import { beginRun, decode, prefill } from './decode-loop.ts';
import type { Decoder } from './decoder.ts';
import { plainPositions } from './positions.ts';
import { createPrefixCache } from './prefix-cache.ts';
import type { PreparedPrompt } from './run.ts';

const END = 0;

/** A decoder that writes a script, with a cache of one tensor; notes what it is fed and counts what it gives out. */
function scripted(script: readonly number[], keep: readonly string[] = [], device: Device = 'wasm') {
  const fed: number[][] = [];
  let live = 0;
  let step = 0;
  const made = (dims: readonly number[], data: BigInt64Array | Float32Array): Tensor => {
    live++;
    let isLive = true;
    return {
      type: data instanceof BigInt64Array ? 'int64' : 'float32',
      dims,
      getData: async () => data,
      dispose: () => {
        if (isLive) live--;
        isLive = false;
      },
    };
  };
  const inputs = new Map([
    ['input_ids', { type: 'int64' as const, shape: ['batch', 'sequence'] }],
    ['past_key_values.0.key', { type: 'float32' as const, shape: ['batch', 'past_length', 1] }],
  ]);
  const decoder: Decoder = {
    runtime: {
      device,
      threads: 1,
      dispose() {},
      open: () => Promise.reject(new Error('not here')),
      tensor: (type, data, dims) => ({ type, dims, getData: async () => data, dispose: () => {} }),
    },
    graph: {
      inputs,
      outputs: new Map(),
      async run(feeds, fetch = []) {
        const ids = feeds.input_ids as Tensor;
        fed.push([...((await ids.getData()) as BigInt64Array)].map(Number));
        const length = ids.dims[1] as number;
        const past = feeds['past_key_values.0.key']?.dims[1] as number;
        return Object.fromEntries(
          fetch.map((name) => {
            if (name === 'next_token')
              return [name, made([1, 1], BigInt64Array.of(BigInt(script[step++] ?? END)))];
            const rows = name.startsWith('present') ? past + length : length;
            return [name, made([1, rows, 1], new Float32Array(rows))];
          }),
        );
      },
      release: async () => {},
    },
    embed: null,
    slots: [
      {
        past: 'past_key_values.0.key',
        present: 'present.0.key',
        type: 'float32',
        shape: ['batch', 'past_length', 1],
      },
    ],
    keep,
    carried: [],
    prefixLm: false,
    release: async () => {},
  };
  return { decoder, fed, live: () => live };
}

const promptOf = (length: number, stable = 0): PreparedPrompt => ({
  ids: Array.from({ length }, (_, i) => 1000 + i),
  prefixLength: length,
  stable,
  positions: plainPositions,
  isPhotograph: false,
  images: null,
  truncated: false,
});

async function generate(
  script: readonly number[],
  {
    maxTokens = 100,
    keep = [] as string[],
    prompt = promptOf(5),
    signal = new AbortController().signal,
    device = 'wasm' as Device,
    goesOn = false,
  } = {},
) {
  const prefixes = createPrefixCache();
  const { decoder, fed, live } = scripted(script, keep, device);
  const run = beginRun(decoder, prefixes, prompt);
  const tokens: number[] = [];
  const first = (await prefill(decoder, prefixes, run, prompt, true, signal)) as Tensor;
  const end = await decode(decoder, run, first, {
    eos: new Set([END]),
    maxTokens,
    signal,
    goesOn,
    onToken: (id) => tokens.push(id),
  });
  const kept = Object.values(run.kept).map((parts) =>
    parts.reduce((sum, { dims }) => sum + (dims[1] as number), 0),
  );
  run.dispose();
  prefixes.clear();
  return { ...end, written: tokens, fed, kept, live: live() };
}

describe('decode', () => {
  it('feeds each token once, and neither feeds nor reports the end', async () => {
    const { stop, tokens, written, fed, live } = await generate([7, 8, 9, END]);
    expect({ stop, tokens, written, live }).toEqual({ stop: 'end', tokens: 3, written: [7, 8, 9], live: 0 });
    expect(fed.slice(1)).toEqual([[7], [8], [9]]);
  });

  it('stops at the budget without a needless pass', async () => {
    const { stop, written, fed, live } = await generate([7, 8, 9, 10], { maxTokens: 2 });
    expect({ stop, written, live }).toEqual({ stop: 'budget', written: [7, 8], live: 0 });
    expect(fed).toHaveLength(2);
  });

  it('feeds the last token, too, where a head wants its states', async () => {
    const budget = await generate([7, 8, 9, 10], { maxTokens: 2, keep: ['hidden_states'] });
    expect(budget.kept).toEqual([5 + 2]);
    const ended = await generate([7, 8, END], { keep: ['hidden_states'] });
    expect(ended.kept).toEqual([5 + 2]);
    expect([budget.live, ended.live]).toEqual([0, 0]);
  });

  it('stops when it goes round in circles', async () => {
    const { stop, tokens, live } = await generate(Array.from({ length: 99 }, (_, i) => 5 + (i % 10)));
    expect({ stop, tokens, live }).toEqual({ stop: 'loop', tokens: 34, live: 0 });
  });

  it('on a GPU queues the next pass before it knows the token, and forgets the one too many', async () => {
    const { written, fed, kept, live } = await generate([7, 8, END], {
      device: 'webgpu',
      keep: ['hidden_states'],
    });
    expect({ written, kept, live }).toEqual({ written: [7, 8], kept: [5 + 2], live: 0 });
    expect(fed.slice(1)).toEqual([[7], [8], [END]]);
    const budget = await generate([7, 8, 9], { device: 'webgpu', maxTokens: 2 });
    expect({ fed: budget.fed.slice(1), live: budget.live }).toEqual({ fed: [[7]], live: 0 });
    const circles = await generate(
      Array.from({ length: 60 }, () => 5),
      { device: 'webgpu', keep: ['hidden_states'] },
    );
    expect(circles).toMatchObject({ stop: 'loop', tokens: 25, kept: [5 + 25], live: 0 });
  });

  it('feeds nothing beyond the end where more will follow', async () => {
    const { written, fed, live } = await generate([7, 8, END], { device: 'webgpu', goesOn: true });
    expect({ written, live }).toEqual({ written: [7, 8], live: 0 });
    expect(fed.slice(1)).toEqual([[7], [8]]);
  });

  it('says nothing where the model says nothing', async () => {
    expect(await generate([END])).toMatchObject({ stop: 'end', tokens: 0, live: 0 });
  });
});

describe('prefill', () => {
  it('goes in chunks, all tokens once, in order', async () => {
    const prompt = promptOf(300);
    const { fed } = await generate([END], { prompt });
    expect(fed.map((ids) => ids.length)).toEqual([64, 64, 64, 64, 44]);
    expect(fed.flat()).toEqual(prompt.ids);
  });

  it('keeps the stable beginning and starts from it the next time', async () => {
    const prefixes = createPrefixCache();
    const { decoder, fed, live } = scripted([], ['hidden_states']);
    for (const length of [60, 70]) {
      const prompt = promptOf(length, 40);
      const run = beginRun(decoder, prefixes, prompt);
      await prefill(decoder, prefixes, run, prompt, false, new AbortController().signal);
      expect(run.kept.hidden_states?.reduce((sum, { dims }) => sum + (dims[1] as number), 0)).toBe(length);
      run.dispose();
    }
    expect(fed.map((ids) => ids.length)).toEqual([40, 20, 30]);
    expect(live(), 'the kept cache and states').toBe(2);
    prefixes.clear();
    expect(live()).toBe(0);
  });

  it('aborts between chunks and leaves nothing', async () => {
    const controller = new AbortController();
    const prefixes = createPrefixCache();
    const { decoder, fed, live } = scripted([]);
    const prompt = promptOf(500);
    const run = beginRun(decoder, prefixes, prompt);
    const filling = prefill(decoder, prefixes, run, prompt, true, controller.signal);
    controller.abort(new Error('as asked'));
    await expect(filling).rejects.toThrow('as asked');
    run.dispose();
    expect(fed.length).toBeLessThan(3);
    expect(live()).toBe(0);
  });

  it('feeds a prefix LM its prompt in one piece', async () => {
    const { decoder, fed } = scripted([]);
    const bidirectional = { ...decoder, prefixLm: true };
    const prefixes = createPrefixCache();
    const prompt = promptOf(300, 100);
    const run = beginRun(bidirectional, prefixes, prompt);
    await prefill(bidirectional, prefixes, run, prompt, false, new AbortController().signal);
    expect(fed.map((ids) => ids.length)).toEqual([300]);
    expect(prefixes.find(prompt.ids)).toBeNull();
    run.dispose();
  });
});
