/** Reads model properties from config.json and related files of the various model families. */
import type { Architecture, ModelDescriptor } from '../../src/shared/descriptor.ts';

export type JsonObject = Record<string, unknown>;

const dualEncoders = ['clip', 'chinese_clip', 'jina_clip', 'siglip', 'siglip2'];
const visionLanguage = ['llava_qwen2'];

/** Null if the architecture is not supported. `pools`: the folder declares a pooling, so it is a sentence encoder. */
export function architectureOf(
  config: JsonObject,
  pools: boolean,
): Exclude<Architecture, 'unified-lm'> | null {
  const type = String(config.model_type);
  const name = Array.isArray(config.architectures) ? String(config.architectures[0]) : '';
  if (type === 'embedding_gemma2') return 'multimodal-encoder';
  if (dualEncoders.includes(type)) return 'dual-encoder';
  if (pools) return 'text-encoder';
  if (visionLanguage.includes(type)) return 'vision-lm';
  if (name.endsWith('ForConditionalGeneration')) return config.vision_config ? 'vision-lm' : null;
  if (name.endsWith('ForCausalLM') || name.endsWith('LMHeadModel')) return 'causal-lm';
  if (/(Model|ForMaskedLM)$/.test(name) && !config.vision_config) return 'text-encoder';
  return null;
}

/** Dimensions of the vectors. Configurations omit the defaults of their architecture. */
export function dimensionsOf(config: JsonObject): number {
  const text = child(config, 'text_config');
  const vision = child(config, 'vision_config');
  const type = String(config.model_type);
  if (type === 'siglip' || type === 'siglip2') return count(vision.hidden_size) ?? 768;
  if (dualEncoders.includes(type)) return count(config.projection_dim) ?? (type === 'jina_clip' ? 768 : 512);
  const sizes = [text.embedding_dim, config.hidden_size, config.dim, config.d_model, text.hidden_size];
  return sizes.map(count).find((size) => size !== null) ?? 768;
}

/** The smallest of all stated limits. */
export function maxTokensOf(
  config: JsonObject,
  tokenizer: JsonObject | null,
  sentence: JsonObject | null,
): ModelDescriptor['text'] {
  const type = String(config.model_type);
  const text = child(config, 'text_config');
  const usual = dualEncoders.includes(type)
    ? type.startsWith('siglip')
      ? 64
      : type === 'jina_clip'
        ? 8192
        : 77
    : 512;
  const limits = [
    sentence?.max_seq_length,
    tokenizer?.model_max_length, // a huge number means "not set"
    config.max_position_embeddings,
    text.max_position_embeddings,
  ]
    .map(count)
    .filter((limit) => limit !== null && limit < 1e9) as number[];
  const maxTokens = limits.length > 0 ? Math.min(...limits) : usual;
  return type.startsWith('siglip') ? { maxTokens, padToMax: true } : { maxTokens };
}

/** The token that is replaced by an image. */
export function imageTokenOf(config: JsonObject, tokenizer: JsonObject | null): string {
  if (typeof tokenizer?.image_token === 'string') return tokenizer.image_token;
  const id = config.image_token_id ?? config.image_token_index;
  const added = child(child(tokenizer ?? {}, 'added_tokens_decoder'), String(id)).content;
  if (typeof added === 'string') return added;
  const type = String(config.model_type);
  if (type.startsWith('qwen')) return '<|image_pad|>';
  return type === 'embedding_gemma2' ? '<|image|>' : '<image>';
}

function child(json: JsonObject, name: string): JsonObject {
  const value = json[name];
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function count(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}
