/** Text to token ids and back, from a model folder's tokenizer files. */
import { Tokenizer } from '@huggingface/tokenizers';
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import { type ChatTemplate, openChatTemplate } from './chat.ts';
import { createTextStream, type TextStream } from './stream.ts';

export interface TokenizedText {
  ids: number[];
  /** Tokens were cut off the end of the text. */
  truncated: boolean;
}

export interface EncodeOptions {
  /** Add the tokens the model expects around every text ([CLS] … [SEP], BOS). @default true */
  specials?: boolean;
  /** At most this many ids, the tokens around included: the text is cut, they stay. @default unlimited */
  maxTokens?: number;
}

export interface TextTokenizer {
  encode(text: string, options?: EncodeOptions): TokenizedText;
  /** Control tokens are left out; `<think>` and `</think>` are kept. */
  decode(ids: readonly number[]): string;
  /** Decodes token by token: the deltas joined are the text of all of them. */
  stream(): TextStream;
  /** The text with every control token in it broken up, so that what people type cannot steer the prompt. */
  escapeControlTokens(text: string): string;
  /** Id of one token of the vocabulary. */
  id(token: string): number | undefined;
  /** Ids that end the model's turn. */
  readonly eos: ReadonlySet<number>;
  readonly padId: number;
  /** Null: the folder has no chat template. */
  readonly chat: ChatTemplate | null;
}

const THINK_MARKERS = new Set(['<think>', '</think>']);

/** @throws TteError model-not-found (no tokenizer.json) | model-invalid | download-failed | integrity */
export async function openTokenizer(folder: ModelFolder): Promise<TextTokenizer> {
  const [json, config, generation, model, chat] = await Promise.all([
    folder.json('tokenizer.json'),
    folder.json('tokenizer_config.json'),
    folder.json('generation_config.json'),
    folder.json('config.json'),
    openChatTemplate(folder),
  ]);
  if (!json) {
    throw new TteError(
      'model-not-found',
      `${folder.descriptor.id} has no tokenizer.json: the folder is incomplete.`,
    );
  }
  const tokenizer = createTokenizer(json, config ?? {}, folder.descriptor.id);
  const id = (token: string): number | undefined => tokenizer.token_to_id(token);
  const control = [...tokenizer.get_added_tokens_decoder()].filter(
    ([, token]) => token.special && !THINK_MARKERS.has(token.content),
  );
  const hidden = new Set(control.map(([key]) => key));
  const controlText = patternOf(control.map(([, token]) => token.content));

  const decode = (ids: readonly number[]): string => {
    const visible = ids.filter((token) => !hidden.has(token));
    return visible.length === 0 ? '' : tokenizer.decode(visible, { clean_up_tokenization_spaces: false });
  };
  const bare = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const affixes = specialTokenAffixes(tokenizer);
  const encode: TextTokenizer['encode'] = (text, { specials = true, maxTokens = Infinity } = {}) => {
    const ids = bare(text);
    const { head, tail } = specials ? affixes : { head: [], tail: [] };
    const room = Math.max(0, maxTokens - head.length - tail.length);
    return { ids: [...head, ...ids.slice(0, room), ...tail], truncated: ids.length > room };
  };
  const padId =
    tokenId(config?.pad_token, id) ?? firstNumber(generation?.pad_token_id, model?.pad_token_id) ?? 0;
  const textConfig = model?.text_config as Record<string, unknown> | undefined;

  return {
    encode,
    decode,
    stream: () => createTextStream(decode),
    escapeControlTokens: (text) =>
      controlText ? text.replace(controlText, (match) => `${match[0]} ${match.slice(1)}`) : text,
    id,
    eos: new Set([
      ...numbers(generation?.eos_token_id),
      ...numbers(model?.eos_token_id),
      ...numbers(textConfig?.eos_token_id),
      ...numbers(tokenId(config?.eos_token, id)),
    ]),
    padId,
    chat,
  };
}

function createTokenizer(json: object, config: object, model: string): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new TteError('model-invalid', `The tokenizer of ${model} could not be read.`, { cause });
  }
}

/** The ids that the post-processor puts before and after every single text. */
function specialTokenAffixes(tokenizer: Tokenizer): { head: number[]; tail: number[] } {
  const inner = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const outer = tokenizer.encode('a').ids;
  const start = outer.findIndex((_, at) => inner.every((token, offset) => outer[at + offset] === token));
  return { head: outer.slice(0, start), tail: outer.slice(start + inner.length) };
}

function patternOf(tokens: string[]): RegExp | null {
  const words = tokens.filter((token) => token.length > 1).sort((a, b) => b.length - a.length);
  if (words.length === 0) return null;
  return new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
}

/** Token entries are strings or `{ content }`. */
function tokenId(entry: unknown, id: (token: string) => number | undefined): number | undefined {
  if (typeof entry === 'string') return id(entry);
  if (typeof entry === 'object' && entry !== null && 'content' in entry) return tokenId(entry.content, id);
  return undefined;
}

function numbers(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'number');
}

function firstNumber(...values: unknown[]): number | undefined {
  return values.flatMap(numbers)[0];
}
