/** Turns the caller's options into a load request for the worker. */
import { invalid } from '../shared/errors.ts';
import { isPackagedModel } from '../shared/packaged-model.ts';
import type { LoadRequest, ModelRef } from '../shared/protocol.ts';
import type { Device } from '../shared/types.ts';
import { absoluteUrl } from './capture.ts';
import type { ResolveUrl } from './platform.ts';
import type { CustomEmbedder, EmbedderOptions, PackageFiles, ReasonerFunction } from './types.ts';

const HUB = 'https://huggingface.co/';
const CACHE = 10_000;
/** Matches the beginning of a folder URL, which neither a preset nor a hub id has. */
const FOLDER_URL = /^(\.{0,2}\/|[a-z][a-z\d+.-]*:)/i;

export interface Configuration {
  device: Device | 'auto';
  /** URL of the worker's script; null: where the application's bundler put it. */
  workerUrl: string | null;
  /** The load request, without what only the page's own functions determine. */
  config: Omit<LoadRequest, 'device' | 'embedder'>;
  /** A model, or an embedder of the page. */
  embedder: ModelRef | CustomEmbedder;
  reasonerFunction: ReasonerFunction | null;
}

/** @throws TteError invalid-input */
export function configure(options: EmbedderOptions, resolveUrl: ResolveUrl): Configuration {
  const { device = 'auto', threads } = options;
  const model = options.model ?? 'pico';
  const cache = options.cache ?? {};
  if (!['auto', 'webgpu', 'wasm'].includes(device)) {
    throw invalid(`options.device: must be 'auto', 'webgpu' or 'wasm', not ${String(device)}.`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw invalid('options.threads: must be a positive integer.');
  }
  // A single model stands for embedder and reasoner; the worker uses what it can do.
  const { embedder, reasoner = null } =
    typeof model === 'string'
      ? { embedder: model, reasoner: model }
      : isPackagedModel(model)
        ? { embedder: model, reasoner: model.reasoner ?? model }
        : model;
  const reasonerFunction = typeof reasoner === 'function' ? reasoner : null;
  const isCustom = typeof embedder === 'object' && embedder !== null && !isPackagedModel(embedder);
  return {
    device,
    workerUrl: workerUrlOf(options, resolveUrl),
    reasonerFunction,
    embedder: isCustom ? embedder : modelRef(embedder, 'options.model.embedder', resolveUrl),
    config: {
      reasoner:
        reasonerFunction || reasoner === null
          ? null
          : modelRef(reasoner, 'options.model.reasoner', resolveUrl),
      externalReasoner: reasonerFunction && { id: reasonerId(reasonerFunction) },
      leavesThePage:
        (isCustom && embedder.leavesThePage === true) || reasonerFunction?.leavesThePage === true,
      dtype: options.dtype ?? null,
      threads: threads ?? null,
      preload: options.preload ?? false,
      customOperators: options.customOperators ?? true,
      assetsUrl: assetsUrlOf(options, resolveUrl),
      modelsUrl:
        options.modelsUrl === undefined
          ? null
          : folderUrl(options.modelsUrl, 'options.modelsUrl', resolveUrl),
      hubUrl: folderUrl(options.hubUrl ?? HUB, 'options.hubUrl', resolveUrl),
      cache: { vectors: cache.vectors ?? CACHE, traces: cache.traces ?? CACHE },
    },
  };
}

/** URL of the worker's script; null: where the application's bundler put it. @throws TteError invalid-input */
export function workerUrlOf(files: PackageFiles, resolveUrl: ResolveUrl): string | null {
  if (files.workerUrl !== undefined) return absoluteUrl(files.workerUrl, 'options.workerUrl', resolveUrl);
  const assetsUrl = assetsUrlOf(files, resolveUrl);
  return assetsUrl && `${assetsUrl}worker/host.js`;
}

function assetsUrlOf({ assetsUrl }: PackageFiles, resolveUrl: ResolveUrl): string | null {
  return assetsUrl === undefined ? null : folderUrl(assetsUrl, 'options.assetsUrl', resolveUrl);
}

function modelRef(ref: unknown, field: string, resolveUrl: ResolveUrl): ModelRef {
  if (isPackagedModel(ref)) {
    const urls = Object.entries(ref.urls).map(([path, url]) => [path, absoluteUrl(url, field, resolveUrl)]);
    return { ...ref, texts: { ...ref.texts }, urls: Object.fromEntries(urls) }; // also of a framework's proxies
  }
  if (typeof ref !== 'string' || ref === '') {
    throw invalid(
      `${field}: pass a preset's name, a hub id like 'owner/name', a folder URL, or ${field.endsWith('reasoner') ? 'a function' : 'an embedder of your own'}.`,
    );
  }
  return FOLDER_URL.test(ref) ? folderUrl(ref, field, resolveUrl) : ref;
}

function reasonerId(reasoner: ReasonerFunction): string | null {
  const id: unknown = reasoner.id ?? null;
  if (id !== null && (typeof id !== 'string' || id === '')) {
    throw invalid('options.model.reasoner.id: must be a non-empty string.');
  }
  return id;
}

function folderUrl(url: string, field: string, resolveUrl: ResolveUrl): string {
  return absoluteUrl(url, field, resolveUrl).replace(/\/*$/, '/');
}
