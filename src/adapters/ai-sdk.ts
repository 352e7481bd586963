/**
 * think-then-embed as a provider of the AI SDK (`ai` 7, specification V4), for its `embed` and `embedMany`.
 * The types are structural, so that this entry needs no package of the AI SDK.
 */
import { createEmbedder } from '../client/create-embedder.ts';
import type { Embedder, EmbedderOptions, ImageSource } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import type { Role, ThinkMode } from '../shared/types.ts';

/** Options in `providerOptions.thinkThenEmbed`; they override the settings of the model. */
export interface ThinkThenEmbedCallOptions {
  role?: Role;
  think?: ThinkMode;
  dimensions?: number;
  /** Instruction for every value. */
  instruction?: string;
  /** One picture for each value, embedded together with it; `null` for a text without a picture. */
  images?: readonly (ImageSource | null)[];
}

/** @see ThinkThenEmbedCallOptions; without `images`, which belong to a single call. */
export type ThinkThenEmbedSettings = Omit<ThinkThenEmbedCallOptions, 'images'>;

/** The part of the AI SDK's `EmbeddingModelV4` that this provider implements. */
export interface ThinkThenEmbedModel {
  readonly specificationVersion: 'v4';
  readonly provider: 'think-then-embed';
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number;
  readonly supportsParallelCalls: false;
  doEmbed(options: {
    values: string[];
    dimensions?: number;
    abortSignal?: AbortSignal;
    // The AI SDK types these as JSON; pictures are passed through untouched.
    providerOptions?: Record<string, Record<string, unknown> | undefined>;
  }): Promise<{
    embeddings: number[][];
    usage: { tokens: number };
    /** `thinkThenEmbed: { space, traces }`; a trace is null for a value that was embedded without one. */
    providerMetadata: { thinkThenEmbed: { space: string; traces: (string | null)[] } };
    warnings: [];
  }>;
}

/**
 * An embedding model for `embed` and `embedMany` of the AI SDK that uses a loaded embedder.
 *
 * @example
 * import { embed } from 'ai';
 * const model = embeddingModel(await createEmbedder(), { role: 'query' });
 * const { embedding } = await embed({ model, value: 'a red bicycle' });
 */
export function embeddingModel(
  embedder: Embedder,
  settings: ThinkThenEmbedSettings = {},
): ThinkThenEmbedModel {
  return lazyModel(embedder.info.embedder.id, () => Promise.resolve(embedder), settings);
}

/** The provider: a function from a model's name to an embedding model, loaded by its first call. */
export interface ThinkThenEmbedProvider {
  (modelId: string, settings?: ThinkThenEmbedSettings): ThinkThenEmbedModel;
  readonly specificationVersion: 'v4';
  embeddingModel(modelId: string, settings?: ThinkThenEmbedSettings): ThinkThenEmbedModel;
  /** @throws TteError unsupported: this provider embeds */
  languageModel(modelId: string): never;
  /** @throws TteError unsupported: this provider embeds */
  imageModel(modelId: string): never;
  /** Terminates the workers of all loaded models. */
  dispose(): Promise<void>;
}

/**
 * @param options as for `createEmbedder`, without the model, which each call names
 * @example
 * import { embedMany } from 'ai';
 * const tte = createThinkThenEmbed();
 * const { embeddings } = await embedMany({ model: tte.embeddingModel('pico'), values: ['a', 'b'] });
 */
export function createThinkThenEmbed(options: Omit<EmbedderOptions, 'model'> = {}): ThinkThenEmbedProvider {
  const loaded = new Map<string, Promise<Embedder>>();

  function load(model: string): Promise<Embedder> {
    const known = loaded.get(model);
    if (known) return known;
    const loading = createEmbedder({ ...options, model });
    loaded.set(model, loading);
    loading.catch(() => loaded.delete(model)); // a failed load is tried again by the next call
    return loading;
  }

  const model = (id: string, settings: ThinkThenEmbedSettings = {}) =>
    lazyModel(id, () => load(id), settings);
  const refuse =
    (kind: string) =>
    (id: string): never => {
      throw new TteError('unsupported', `think-then-embed has no ${kind} '${id}': it makes embeddings only.`);
    };
  return Object.assign(model, {
    specificationVersion: 'v4' as const,
    embeddingModel: model,
    languageModel: refuse('language model'),
    imageModel: refuse('image model'),
    async dispose() {
      const all = [...loaded.values()];
      loaded.clear();
      await Promise.allSettled(all.map(async (embedder) => (await embedder).dispose()));
    },
  });
}

function lazyModel(
  modelId: string,
  load: () => Promise<Embedder>,
  settings: ThinkThenEmbedSettings,
): ThinkThenEmbedModel {
  return {
    specificationVersion: 'v4',
    provider: 'think-then-embed',
    modelId,
    maxEmbeddingsPerCall: 256,
    supportsParallelCalls: false,
    async doEmbed({ values, dimensions, abortSignal, providerOptions }) {
      const call = { ...settings, ...(providerOptions?.thinkThenEmbed as ThinkThenEmbedCallOptions) };
      const { instruction, images, ...options } = call;
      if (images !== undefined && images.length !== values.length) {
        throw new TteError(
          'invalid-input',
          `providerOptions.thinkThenEmbed.images: must hold one image (or null) for each of the ${values.length} values.`,
        );
      }
      const items = values.map((text, i) => ({ text, instruction, image: images?.[i] ?? undefined }));
      const wanted = {
        ...options,
        ...(dimensions !== undefined && { dimensions }),
        ...(abortSignal && { signal: abortSignal }),
      };
      const results = await (await load()).embedMany(items, wanted);
      return {
        embeddings: results.map(({ vector }) => Array.from(vector)),
        usage: { tokens: results.reduce((sum, { usage }) => sum + usage.inputTokens, 0) },
        providerMetadata: {
          thinkThenEmbed: {
            space: results[0]?.space ?? '',
            traces: results.map(({ trace }) => trace?.text ?? null),
          },
        },
        warnings: [],
      };
    },
  };
}
