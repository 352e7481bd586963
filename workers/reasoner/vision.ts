/** A reasoner's vision encoder: turns images into visual tokens. */
import { TteError } from '../../src/shared/errors.ts';
import type { Pixels } from '../images/pixels.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, GraphSession, Runtime, Tensor } from '../runtime/types.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { disposeAll } from './cache.ts';
import type { Rows } from './decoder.ts';
import { lazySession } from './lazy-session.ts';
import type { Grid } from './positions.ts';
import { type Cutter, cutterFor, type View, type Views } from './views.ts';

export interface EncodedImages {
  /** The text that represents each image in the prompt: its image tokens and the surrounding markers. */
  patterns: readonly string[];
  /** One row per image token, in order. */
  features: Rows;
  /** Further outputs that the decoder takes, by name, in the worker's memory. */
  carried: Readonly<Record<string, Tensor>>;
  /** For M-RoPE, one per image. */
  grids: readonly Grid[];
  /** One per image; empty if the encoder does not tell photographs from drawings. */
  looks: readonly Look[];
}

/** Probabilities for an image as a whole, in 0–1. */
export interface Look {
  /** Probability that it is a photograph and not a drawing. */
  photo: number;
  /** Probability of its most likely name. */
  sure: number;
}

export interface Vision {
  /** The placeholder of an image in the prompt template. */
  readonly token: string;
  /**
   * Encodes images. The result is cached for as long as their pixels are held, so that looking at images, thinking about them and
   * then encoding them with the trace runs the encoder once.
   * @param thinks whether a trace belongs to them; some models then use a higher resolution
   */
  encode(images: readonly Pixels[], thinks: boolean, signal: AbortSignal): Promise<EncodedImages>;
  release(): Promise<void>;
}

/**
 * Returns null if the model has no vision encoder. The encoder session is created on first use.
 * @param carried decoder inputs that come from the vision encoder
 * @param signal of the load
 */
export async function openVision(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  carried: readonly string[],
  signal: AbortSignal,
): Promise<Vision | null> {
  const { descriptor } = folder;
  if (!('vision_encoder' in descriptor.sessions)) return null;
  const cut = cutterFor(await processorConfig(folder, descriptor.image?.processor));
  const closer = descriptor.image?.thinkProcessor;
  const cutToThink = closer ? cutterFor(await processorConfig(folder, closer)) : cut;
  const token = descriptor.image?.token ?? '';
  if (token === '') throw new TteError('model-invalid', `${descriptor.id} does not name its image token.`);

  async function open(): Promise<GraphSession> {
    const graph = await runtime.open({ folder, session: 'vision_encoder', dtypes, signal });
    const missing = carried.find((name) => !graph.outputs.has(name));
    if (missing === undefined) return graph;
    await graph.release();
    throw new TteError('model-invalid', `${descriptor.id}: nothing gives the decoder its input ${missing}.`);
  }

  const session = lazySession(open);

  async function encodeViews(
    images: readonly Pixels[],
    cut: Cutter,
    signal: AbortSignal,
  ): Promise<EncodedImages> {
    const graph = await session.get();
    signal.throwIfAborted();
    const patterns: string[] = [];
    const grids: Grid[] = [];
    const tells = LOOK.every((name) => graph.outputs.has(name));
    const looks: Look[] = [];
    const parts: Record<string, OutputRows[]> = Object.fromEntries(
      ['image_features', ...carried].map((name) => [name, []]),
    );
    for (const picture of images) {
      const views = cut(picture);
      let rows = 0;
      for (const view of views.views) {
        await yieldToEventLoop();
        signal.throwIfAborted();
        const wanted = new Set([...Object.keys(parts), ...(tells ? LOOK : [])]);
        const outputs = await graph.run(feedsOf(runtime, graph, view, views), [...wanted]);
        try {
          for (const [name, list] of Object.entries(parts)) list.push(await read(outputs[name] as Tensor));
          if (tells) looks.push(await lookOf(outputs));
        } finally {
          disposeAll(Object.values(outputs));
        }
        rows += parts.image_features?.at(-1)?.rows ?? 0;
      }
      patterns.push(views.pattern(token, rows / views.views.length));
      if (views.grid) grids.push(views.grid);
    }
    const { image_features: features = [], ...others } = parts;
    return {
      patterns,
      features: { data: joined(features) as Float32Array, hidden: features[0]?.width ?? 0 },
      carried: Object.fromEntries(
        Object.entries(others).map(([name, list]) => [name, tensorOf(runtime, list)]),
      ),
      grids,
      looks,
    };
  }

  /** By the first of the images. */
  const known = new WeakMap<Pixels, { images: readonly Pixels[]; cut: Cutter; encoded: EncodedImages }[]>();
  return {
    token,
    async encode(images, thinks, signal) {
      const wanted = thinks ? cutToThink : cut;
      const [first] = images as [Pixels, ...Pixels[]];
      const entries = known.get(first) ?? [];
      const same = entries.find(
        (entry) =>
          entry.cut === wanted &&
          entry.images.length === images.length &&
          entry.images.every((image, i) => image === images[i]),
      );
      if (same) return same.encoded;
      const encoded = await encodeViews(images, wanted, signal);
      known.set(first, [...entries, { images: [...images], cut: wanted, encoded }]);
      return encoded;
    },
    release: session.release,
  };
}

/** Outputs of an encoder that tells photographs from drawings, and names of what it sees; the whole image comes first. */
const LOOK = ['photo_probs', 'candidate_probs'];

async function lookOf(outputs: Readonly<Record<string, Tensor>>): Promise<Look> {
  const [photo, names] = (await Promise.all(LOOK.map((name) => (outputs[name] as Tensor).getData()))) as [
    Float32Array,
    Float32Array,
  ];
  return { photo: photo.reduce((sum, share) => sum + share, 0) / photo.length, sure: names[0] ?? 0 };
}

/** An output flattened to rows along the image axis. */
interface OutputRows {
  type: Tensor['type'];
  data: Awaited<ReturnType<Tensor['getData']>>;
  rows: number;
  width: number;
}

async function read(tensor: Tensor): Promise<OutputRows> {
  const data = await tensor.getData();
  const width = tensor.dims[tensor.dims.length - 1] as number;
  return { type: tensor.type, data, rows: data.length / width, width };
}

function joined(parts: readonly OutputRows[]): OutputRows['data'] {
  const [first, ...rest] = parts as [OutputRows, ...OutputRows[]];
  if (rest.length === 0) return first.data;
  const all = new (first.data.constructor as Float32ArrayConstructor)(
    parts.reduce((sum, { data }) => sum + data.length, 0),
  );
  let at = 0;
  for (const { data } of parts) {
    all.set(data as Float32Array, at);
    at += data.length;
  }
  return all;
}

function tensorOf(runtime: Runtime, parts: readonly OutputRows[]): Tensor {
  const [{ type, width }] = parts as [OutputRows];
  const data = joined(parts);
  return runtime.tensor(type, data as never, [data.length / width, width]);
}

function feedsOf(
  runtime: Runtime,
  graph: GraphSession,
  view: View,
  { patches }: Views,
): Record<string, Tensor> {
  const { data, dims } = view;
  // Tiled models take [batch, tiles, 3, height, width].
  const isTiled = graph.inputs.get('pixel_values')?.shape.length === 5;
  const feeds: Record<string, Tensor> = {
    pixel_values: runtime.tensor('float32', data, isTiled ? [1, ...dims] : dims),
  };
  if (graph.inputs.has('pixel_attention_mask')) {
    const [, , height, width] = dims as [number, number, number, number];
    const mask = new Uint8Array(height * width).fill(1);
    feeds.pixel_attention_mask = runtime.tensor('bool', mask, [1, 1, height, width]);
  }
  for (const name of ['grid_thw', 'image_grid_thw']) {
    if (patches && graph.inputs.has(name)) {
      feeds[name] = runtime.tensor('int64', BigInt64Array.from(patches, BigInt), [1, 3]);
    }
  }
  return feeds;
}

async function processorConfig(
  folder: ModelFolder,
  name = 'preprocessor_config',
): Promise<Record<string, unknown>> {
  const path = `${name}.json`;
  const config = await folder.json(path);
  if (!config) {
    throw new TteError('model-invalid', `${folder.descriptor.id} reads images but has no ${path}.`);
  }
  return (config.image_processor as Record<string, unknown> | undefined) ?? config;
}
