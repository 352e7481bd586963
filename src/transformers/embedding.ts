/** Embedders over transformers.js: tokenizer or processor, model, pooling. */
import type { DecodedImage } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import { type EmbeddingModel, loadOptions } from './options.ts';

export type Library = typeof import('@huggingface/transformers');
type Tensor = InstanceType<Library['Tensor']>;
type Outputs = Record<string, Tensor>;
type Callable = (inputs: unknown, options?: unknown) => Promise<Outputs>;
type Vector = Float32Array<ArrayBuffer>;
export type Progress = ((progress: never) => void) | undefined;

export interface OpenedEmbedding {
  embedTexts(texts: readonly string[]): Promise<Vector[]>;
  embedImage(image: DecodedImage): Promise<Vector>;
  dispose(): Promise<void>;
}

/** Classes of each family of pairs: text, image. */
const PAIRS: Readonly<Record<string, readonly [keyof Library, keyof Library]>> = {
  clip: ['CLIPTextModelWithProjection', 'CLIPVisionModelWithProjection'],
  siglip: ['SiglipTextModel', 'SiglipVisionModel'],
  siglip2: ['SiglipTextModel', 'SiglipVisionModel'],
  jina_clip: ['JinaCLIPTextModel', 'JinaCLIPVisionModel'],
};
/** Outputs that are vectors already, by preference. */
const POOLED = ['sentence_embedding', 'text_embeds', 'image_embeds', 'text_embeddings', 'image_embeddings'];
/** BERT's `pooler_output` is trained for another task, a pair's is its vector. */
const POOLED_IN_PAIRS = [...POOLED, 'pooler_output'];
const STATES = ['last_hidden_state', 'token_embeddings', 'logits'];

interface Loadable {
  from_pretrained(model: string, options: object): Promise<unknown>;
}

export async function openEmbedding(
  library: Library,
  model: EmbeddingModel,
  progress_callback: Progress,
): Promise<OpenedEmbedding> {
  const { task, pooling } = model;
  const options = { ...loadOptions(model), ...(progress_callback && { progress_callback }) };
  const load = async (loadable: unknown) =>
    (await (loadable as Loadable).from_pretrained(model.model, options)) as Callable & {
      dispose(): Promise<unknown>;
    };
  const isPair = task === 'zero-shot-image-classification';
  const type = String(((await load(library.AutoConfig)) as unknown as { model_type?: string }).model_type);
  const pair = PAIRS[type];
  if (isPair && !pair) {
    throw new TteError(
      'unsupported',
      `${model.model} is a ${type}; for pairs of texts and images, ${Object.keys(PAIRS).join(', ')} are supported.`,
    );
  }
  const readsTexts = task !== 'image-feature-extraction';
  const readsImages = task !== 'feature-extraction';
  const textClass = isPair && pair ? library[pair[0]] : library.AutoModel;
  const imageClass = pair ? library[pair[1]] : library.AutoModel;
  const [tokenizer, texts] = readsTexts
    ? await Promise.all([load(library.AutoTokenizer), load(textClass)])
    : [null, null];
  const [processor, images] = readsImages
    ? await Promise.all([load(library.AutoProcessor), load(imageClass)])
    : [null, null];
  const pooled = isPair || pair ? POOLED_IN_PAIRS : POOLED;

  return {
    async embedTexts(given) {
      if (!tokenizer || !texts) throw new TteError('unsupported', `${task} reads images alone.`);
      const padding = type.startsWith('siglip') ? 'max_length' : true; // as it was trained
      const limit = model.maxTokens === undefined ? {} : { max_length: model.maxTokens };
      const inputs = (await tokenizer([...given], {
        padding,
        truncation: true,
        ...limit,
      })) as unknown as Outputs;
      return vectorsOf(await texts(inputs), pooled, pooling ?? 'mean', inputs.attention_mask);
    },
    async embedImage({ data, width, height }) {
      if (!processor || !images) throw new TteError('unsupported', `${task} reads texts alone.`);
      const { pixel_values } = await processor(new library.RawImage(data, width, height, 4).rgb());
      const [vector] = await vectorsOf(await images({ pixel_values }), pooled, pooling ?? 'cls', undefined);
      return vector as Vector;
    },
    async dispose() {
      await Promise.all([texts?.dispose(), images?.dispose()]);
    },
  };
}

/** One vector a row, not normalised: the caller does that. */
async function vectorsOf(
  outputs: Outputs,
  pooled: readonly string[],
  pooling: 'mean' | 'cls' | 'last_token',
  mask: Tensor | undefined,
): Promise<Vector[]> {
  const name = [...pooled, ...STATES].find((one) => outputs[one] !== undefined);
  const output = name === undefined ? undefined : outputs[name];
  if (!output) {
    throw new TteError(
      'unsupported',
      `The model gives ${Object.keys(outputs).join(', ')}: none of these is known to hold vectors.`,
    );
  }
  const { dims } = output;
  const data = Float32Array.from(
    (output.type === 'float32' ? output : output.to('float32')).data as Float32Array,
  );
  const [rows = 0] = dims;
  const row = (i: number) => data.subarray((i * data.length) / rows, ((i + 1) * data.length) / rows);
  const vectors = Array.from({ length: rows }, (_, i) => {
    if (dims.length === 2) return row(i).slice();
    if (dims.length === 4) return channelSums(row(i), dims[1] ?? 0); // [channels, height, width]
    const [, length = 0, width = 0] = dims;
    const seen = Array.from(
      { length },
      (_, at) => !mask || Number((mask.data as BigInt64Array)[i * length + at]) !== 0,
    );
    return poolRow(row(i), seen, width, pooling);
  });
  for (const tensor of Object.values(outputs)) tensor.dispose();
  return vectors;
}

/** @param seen which tokens are text and no padding */
function poolRow(
  states: Float32Array,
  seen: readonly boolean[],
  width: number,
  pooling: 'mean' | 'cls' | 'last_token',
): Vector {
  const at = (position: number) => states.slice(position * width, (position + 1) * width) as Vector;
  if (pooling === 'cls') return at(Math.max(0, seen.indexOf(true)));
  if (pooling === 'last_token') return at(Math.max(0, seen.lastIndexOf(true)));
  const sum = new Float32Array(width);
  for (const [position, isText] of seen.entries()) {
    if (!isText) continue;
    for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + (states[position * width + i] as number);
  }
  return sum;
}

function channelSums(map: Float32Array, channels: number): Vector {
  const size = map.length / channels;
  return Float32Array.from({ length: channels }, (_, i) =>
    map.subarray(i * size, (i + 1) * size).reduce((sum, x) => sum + x, 0),
  );
}
