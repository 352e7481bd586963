/** A fake host without models: the text of an input is a command, and the model's name determines how loading behaves. */
import { expose, transfer } from 'comlink';
import { TteError } from '../../src/shared/errors.ts';
import type { ExchangeApi } from '../../src/shared/exchange-protocol.ts';
import type { IndexApi } from '../../src/shared/index-protocol.ts';
import { holdLivenessLock } from '../../src/shared/liveness-lock.ts';
import type { ExternalReasoner, HostApi, HostEvent, WireInput } from '../../src/shared/protocol.ts';
import { installTransferHandlers, packError, release } from '../../src/shared/transfer.ts';
import type { Device, Embedding } from '../../src/shared/types.ts';
import { VERSION } from '../../src/shared/version.ts';
import { openPicture } from '../../workers/images/picture.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';

let device: Device = 'wasm';
let externalReasoner: ExternalReasoner | null = null;
let tell: (event: HostEvent) => void = () => {};
const cancelled = new Set<number>();

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Blocks the worker for `ms` milliseconds. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Texts are commands: `name` or `name argument`. */
async function obey(request: number, text: string): Promise<string> {
  const [command, argument = ''] = text.split(' ');
  if (command === 'close') self.close();
  if (command === 'throw') setTimeout(() => raise(new Error('thrown in the worker')));
  if (command === 'reject') throw new TteError('run-failed', 'as asked', { cause: new RangeError('inner') });
  if (command === 'lose')
    tell({ type: 'warning', warning: { code: 'device-lost', message: 'the device was lost' } });
  if (command === 'block') block(Number(argument));
  if (command === 'ask')
    return (await externalReasoner?.(request, 0, 'answer', { text, instruction: '' })) ?? '';
  if (command === 'cancelled') return String([...cancelled].length);
  if (['close', 'throw', 'lose', 'wait'].includes(command as string)) await new Promise(() => {});
  return text;
}

function raise(error: Error): never {
  throw error;
}

/** Returns the picture's size and first pixel as `vector`, and the result of the command as `space`. */
async function answer(request: number, { images, text }: WireInput): Promise<Embedding> {
  const space = await obey(request, text);
  const numbers: number[] = [];
  for (const image of images) {
    const picture = openPicture(image, browserPlatform, new AbortController().signal);
    const { width, height, data } = await picture.pixels();
    numbers.push(width, height, ...data.subarray(0, 4));
  }
  return {
    vector: new Float32Array(numbers),
    space,
    trace: null,
    thinkDecision: { mode: 'never', reason: '' },
    usage: { inputTokens: 0, traceTokens: 0, ms: { decode: 0, think: 0, encode: 0, total: 0 } },
    cached: false,
    truncated: false,
  };
}

const host = {
  async load(_request, config, onEvent, asked) {
    device = config.device;
    externalReasoner = asked;
    tell = onEvent;
    if (config.embedder === 'broken-on-webgpu' && device === 'webgpu')
      throw new TteError('run-failed', 'wrong vectors');
    if (config.embedder === 'endless') await new Promise(() => {});
    return {
      system: 'separate',
      embedder: { id: String(config.embedder), revision: '1', dtype: 'fp32', license: 'none', bytes: 0 },
      reasoner: null,
      leavesThePage: config.leavesThePage,
      device,
      threads: 1,
      dimensions: [2],
      maxTokens: 8,
      thinkModes: ['never'],
      supportsImages: true,
      canAnswer: false,
      warnings: [],
    };
  },
  async embed(request, input, _options, onTrace) {
    if (onTrace) for (let i = 0; i < 100; i++) onTrace(`${i} `);
    const embedding = await answer(request, input);
    await release(onTrace);
    return transfer(embedding, [embedding.vector.buffer]);
  },
  async embedMany(request, inputs, _options, onProgress) {
    const settled = inputs.map(async (input, i) => {
      const embedding = await answer(request, input);
      await onProgress?.(i + 1, inputs.length);
      return embedding;
    });
    return (await Promise.allSettled(settled)).map((result) =>
      result.status === 'fulfilled' ? result : { status: 'rejected', reason: packError(result.reason) },
    );
  },
  think: async () => null,
  cancel: (request) => void cancelled.add(request),
  flush: async () => {},
  close: async () => {},
  storage: () =>
    Promise.reject(new TteError('quota', 'full', { cause: new RangeError('too much', { cause: 'x' }) })),
  deleteModel: () => sleep(0).then(() => {}),
  clearCache: () => sleep(0).then(() => {}),
  clearAll: () => sleep(0).then(() => {}),
  version: VERSION,
  ping: () => true,
  holdLivenessLock,
} satisfies Omit<HostApi, keyof (IndexApi & ExchangeApi)>;

installTransferHandlers();
expose(host);
