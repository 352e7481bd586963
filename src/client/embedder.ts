import { createBridge } from '../bridge/bridge.ts';
import type { Host } from '../bridge/connection.ts';
import { invalid, withField } from '../shared/errors.ts';
import { isModelRef } from '../shared/packaged-model.ts';
import type { ModelRef, SettledEmbedding } from '../shared/protocol.ts';
import { isRunFailure, unpackError } from '../shared/transfer.ts';
import type { EmbedderInfo, EmbedderWarning, Embedding } from '../shared/types.ts';
import { listener, resumable, safely } from './callbacks.ts';
import { checkCommonOptions } from './common-options.ts';
import { asyncDisposable } from './disposable.ts';
import type { EmbedderIndex } from './index-types.ts';
import { type Configuration, configure } from './options.ts';
import { part } from './part.ts';
import type { ClientPlatform } from './platform.ts';
import { retain } from './retain.ts';
import type { CustomEmbedder, Embedder, EmbedderOptions, EmbedInput, EmbedManyOptions } from './types.ts';
import { checkEmbedOptions } from './validate.ts';
import { handOver, type Prepared, prepare, prepareContent, wireOptions } from './wire.ts';
import type { WorkerCall } from './worker-call.ts';

const openCustom = async (given: CustomEmbedder, signal: AbortSignal | undefined) =>
  (await part(import('./custom-embedder.ts'))).openCustomEmbedder(given, signal); // most pages have none

/**
 * Checks the options and creates an embedder.
 * @param platformFor what starts its hosts, from checked options
 * @throws as `createEmbedder`
 */
export async function openEmbedder<Options extends EmbedderOptions>(
  options: Options,
  platformFor: (options: Options) => ClientPlatform,
): Promise<Embedder> {
  await checkCommonOptions(options);
  const platform = platformFor(options);
  const configuration = configure(options, platform.resolveUrl);
  const release = retain(configuration.embedder, configuration.reasonerFunction);
  try {
    return await open(options, configuration, platform, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** @param onDispose frees what the page's own functions hold */
async function open(
  options: EmbedderOptions,
  { config, device, embedder: given, reasonerFunction, workerUrl }: Configuration,
  { connect, resolveUrl }: ClientPlatform,
  onDispose: () => Promise<void>,
): Promise<Embedder> {
  const custom = isModelRef(given) ? null : await openCustom(given, options.signal);
  const isAsked = options.headers !== undefined || options.fetch !== undefined;
  const modelRequests = isAsked
    ? (await part(import('./model-requests.ts'))).createModelRequests(options, config.hubUrl)
    : null;
  // Most pages have no functions of their own either.
  const functions =
    custom || reasonerFunction
      ? (await part(import('./function-calls.ts'))).createFunctionCalls(reasonerFunction, custom)
      : null;
  const warnings: EmbedderWarning[] = [];
  const report = safely(options.onWarning);
  const warn = (warning: EmbedderWarning) => {
    if (warnings.some(({ message }) => message === warning.message)) return;
    warnings.push(warning);
    report(warning);
  };
  let info: EmbedderInfo | undefined;
  const bridge = createBridge({
    connect: (onEnd) => connect(onEnd, workerUrl),
    config: { ...config, embedder: custom?.known ?? (given as ModelRef) },
    device: custom && config.reasoner === null ? 'wasm' : device, // nothing runs there
    externalReasoner: functions?.reasoner ?? null,
    externalEmbedder: functions?.embedder ?? null,
    modelRequests,
    onProgress: safely(options.onProgress),
    onWarning: warn,
    onInfo(loaded) {
      loaded.warnings.forEach(warn);
      info = { ...loaded, warnings };
    },
  });
  try {
    await bridge.load(options.signal);
  } catch (error) {
    await bridge.dispose();
    throw error;
  }
  // The page may be frozen or discarded after this, so write pending entries of the caches.
  globalThis.addEventListener?.('pagehide', bridge.flush);
  const loaded = () => info as EmbedderInfo; // set by `onInfo` before `load` resolves
  const prepareInput = (input: string | EmbedInput, field: string) =>
    prepare(input, field, loaded(), resolveUrl);
  // Only pages, not workers, can request persistent storage. A refusal has no other effect.
  void globalThis.navigator?.storage?.persist?.().catch(() => {});

  /** One call to the worker. `callEnded` aborts when it settles, which silences callbacks and stops the reasoner function. */
  const call: WorkerCall = async (items, { signal, onTrace, repeatable = false, hasFailedRun }, run) => {
    const request = bridge.nextRequest();
    const callEnded = new AbortController();
    const newRun = resumable(onTrace && safely(onTrace));
    functions?.open(request, {
      inputs: items.map(({ reasonerInput }) => reasonerInput),
      newRun,
      callEnded: callEnded.signal,
    });
    // Pixels that were transferred cannot be sent again.
    const isWhole = reasonerFunction !== null || items.every(({ bitmaps }) => bitmaps.length === 0);
    const once = (host: Host) => run(host, request, callEnded.signal, newRun());
    try {
      return await bridge.call(request, once, { signal, repeatable: repeatable && isWhole, hasFailedRun });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error;
      throw invalid(`This input cannot be sent to the worker (${error.message}).`, error);
    } finally {
      callEnded.abort(signal?.reason);
    }
  };

  /** Transfers the bitmaps, or copies them if a reasoner function still needs them. */
  const send = <T extends object>(value: T, items: readonly Prepared[]): T =>
    reasonerFunction ? value : handOver(value, items);

  async function embedMany(
    items: readonly (string | EmbedInput)[],
    options: EmbedManyOptions = {},
  ): Promise<Embedding[] | PromiseSettledResult<Embedding>[]> {
    if (!Array.isArray(items)) throw invalid('items: pass an array of inputs.');
    checkEmbedOptions(options, loaded());
    const { onError = 'throw', onProgress, signal } = options;
    if (onError !== 'throw' && onError !== 'collect') {
      throw invalid(`options.onError: pass 'throw' or 'collect', not ${String(onError)}.`);
    }
    const prepared = await Promise.allSettled(
      Array.from(items, (item, i) => prepareInput(item, `items[${i}]`)), // holes, too
    );
    await checkCommonOptions(options);
    const refused = prepared.filter((outcome) => outcome.status === 'rejected');
    if (onError === 'throw' && refused[0]) throw refused[0].reason;
    const good = prepared.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    let told = 0; // a call that is made again counts from the beginning
    const progress =
      onProgress &&
      ((done: number) => {
        if (done <= told) return;
        told = done;
        onProgress(done + refused.length, items.length);
      });
    const run = (host: Host, request: number, callEnded: AbortSignal): Promise<SettledEmbedding[]> => {
      const wires = good.map(({ wire }) => wire);
      const wanted = wireOptions(options, loaded());
      return host.embedMany(request, send(wires, good), wanted, listener(progress, callEnded), onError);
    };
    const hasFailedRun = (settled: SettledEmbedding[]) =>
      settled.some((one) => one.status === 'rejected' && isRunFailure(one.reason));
    const answers = (
      good.length > 0 ? await call(good, { signal, repeatable: true, hasFailedRun }, run) : []
    ).values();
    const results = prepared.map((outcome, i): PromiseSettledResult<Embedding> => {
      if (outcome.status === 'rejected') return outcome;
      const answer = answers.next().value as SettledEmbedding;
      if (answer.status === 'fulfilled') return answer;
      return { ...answer, reason: withField(unpackError(answer.reason), `items[${i}]`) };
    });
    if (onError === 'collect') return results;
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  const indexContext = {
    call,
    send,
    info: loaded,
    prepare: prepareInput,
    prepareContent: (input: EmbedInput, field: string) => prepareContent(input, field, resolveUrl),
    resolveUrl,
    openCounts: new Map<string, number>(),
    onClose: async () => {},
  };
  const dispose = async () => {
    globalThis.removeEventListener?.('pagehide', bridge.flush);
    await bridge.dispose();
    await onDispose();
  };

  const embedder: Omit<Embedder, keyof AsyncDisposable> = {
    get info() {
      return loaded();
    },
    warnings,
    async embed(input, options = {}) {
      checkEmbedOptions(options, loaded());
      const item = await prepareInput(input, 'input');
      await checkCommonOptions(options); // after the input was captured
      const wanted = wireOptions(options, loaded());
      return call([item], { ...options, repeatable: true }, (host, request, callEnded, onTrace) =>
        host.embed(request, send(item.wire, [item]), wanted, listener(onTrace, callEnded)),
      );
    },
    embedMany: embedMany as Embedder['embedMany'],
    async think(input, options = {}) {
      checkEmbedOptions(options, loaded());
      const prepared = await prepareInput(input, 'input');
      await checkCommonOptions(options);
      const item =
        options.context === undefined
          ? prepared
          : (await part(import('./context.ts'))).withContext(prepared, options);
      const think = options.think ?? (loaded().thinkModes.includes('full') ? 'full' : 'answer');
      const wanted = wireOptions({ ...options, think }, loaded());
      return call([item], { ...options, repeatable: true }, (host, request, callEnded, onTrace) =>
        host.think(request, send(item.wire, [item]), wanted, listener(onTrace, callEnded)),
      );
    },
    async openIndex(name, options = {}) {
      await checkCommonOptions(options);
      const { openVectorIndex } = await part(import('./vector-index.ts')); // most pages open none
      return (await openVectorIndex(name, options, indexContext)) as EmbedderIndex;
    },
    // The worker checks these names: a page that is offline could not load a file for that.
    deleteIndex: (name) => call([], {}, (host) => host.deleteIndex(name)),
    storage: () => call([], { repeatable: true }, (host) => host.storage()),
    deleteModel: (id) => call([], {}, (host) => host.deleteModel(id)),
    clearCache: (cache) => call([], {}, (host) => host.clearCache(cache)),
    clearAll: () => call([], {}, (host) => host.clearAll()),
    dispose,
  };
  return asyncDisposable(embedder, dispose);
}
