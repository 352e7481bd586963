/** Tokenizes and detokenizes text with the tokenizer files of a model folder. */
import { Tokenizer } from '@huggingface/tokenizers';
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import { timedStep } from '../timing.ts';
import { type ChatTemplate, openChatTemplate } from './chat.ts';
import { fillGaps } from './library-gaps.ts';
import { createTextStream, type TextStream } from './stream.ts';

export interface TokenizedText {
  ids: number[];
  /** Whether tokens were cut off at the end. */
  truncated: boolean;
}

export interface EncodeOptions {
  /** Whether to add special tokens ([CLS] … [SEP], BOS). @default true */
  specials?: boolean;
  /** Maximum number of ids, special tokens included; only the text is truncated. @default unlimited */
  maxTokens?: number;
}

export interface TextTokenizer {
  encode(text: string, options?: EncodeOptions): TokenizedText;
  /** Decodes ids, without control tokens but with `<think>` and `</think>`. */
  decode(ids: readonly number[]): string;
  /** Decodes token by token; the concatenated deltas are the whole text. */
  stream(): TextStream;
  /**
   * All of the text, or a beginning of it that has more than `tokens` tokens: equivalent for a caller that reads no more than
   * these, and cheap to tokenise however long the text is.
   */
  beginning(text: string, tokens: number): string;
  /**
   * The text with every control token in it broken up, since in user text they are plain words. Control tokens are those that the
   * tokenizer marks as special, `<think>` and `</think>`, and the model's image tokens.
   */
  escapeControlTokens(text: string): string;
  /** Id of a token in the vocabulary. */
  id(token: string): number | undefined;
  /** Ids that end the model's turn. */
  readonly eos: ReadonlySet<number>;
  readonly padId: number;
  /** Null if the folder has no chat template. */
  readonly chat: ChatTemplate | null;
}

const THINK_MARKERS = ['<think>', '</think>'];
/** Of ordinary prose: the first guess of how much of a long text is needed. */
const CHARS_PER_TOKEN = 4;
/** Entries of tokenizer_config.json with tokens that stand for pictures, or for where they begin and end. */
const IMAGE_TOKENS = ['image_token', 'boi_token', 'eoi_token'];

/** @throws TteError model-not-found (no tokenizer.json) | model-invalid | download-failed | integrity */
export const openTokenizer = (folder: ModelFolder): Promise<TextTokenizer> =>
  timedStep('open the tokenizer', () => readTokenizer(folder));

async function readTokenizer(folder: ModelFolder): Promise<TextTokenizer> {
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
  const special = [...tokenizer.get_added_tokens_decoder()].filter(([, token]) => token.special);
  const hidden = new Set(
    special.filter(([, token]) => !THINK_MARKERS.includes(token.content)).map(([key]) => key),
  );
  const imageTokens = [folder.descriptor.image?.token, ...IMAGE_TOKENS.map((name) => config?.[name])];
  const escapeControlTokens = createEscape(tokenizer, [
    ...special.map(([, token]) => token.content),
    ...THINK_MARKERS,
    ...imageTokens.filter((token) => typeof token === 'string'),
  ]);

  const decode = (ids: readonly number[]): string => {
    const visible = ids.filter((token) => !hidden.has(token));
    return visible.length === 0 ? '' : tokenizer.decode(visible, { clean_up_tokenization_spaces: false });
  };
  const bare = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const affixes = specialTokenAffixes(tokenizer);
  const unsettled = unsettledTokens(json);

  /** The first tokens of a text, more than `tokens` where it has more; what comes after `text` was not looked at. */
  function begin(whole: string, tokens: number): { ids: number[]; text: string } {
    for (let length = CHARS_PER_TOKEN * (tokens + unsettled); length < whole.length; length *= 2) {
      const text = whole.slice(0, length);
      const ids = bare(text);
      if (ids.length > tokens + unsettled) return { ids, text };
    }
    return { ids: bare(whole), text: whole };
  }

  const encode: TextTokenizer['encode'] = (text, { specials = true, maxTokens = Infinity } = {}) => {
    const { head, tail } = specials ? affixes : { head: [], tail: [] };
    const room = Math.max(0, maxTokens - head.length - tail.length);
    const { ids } = begin(text, room);
    return { ids: [...head, ...ids.slice(0, room), ...tail], truncated: ids.length > room };
  };
  const padId =
    tokenId(config?.pad_token, id) ?? firstNumber(generation?.pad_token_id, model?.pad_token_id) ?? 0;
  const textConfig = model?.text_config as Record<string, unknown> | undefined;

  return {
    encode,
    decode,
    stream: () => createTextStream(decode),
    beginning: (text, tokens) => begin(text, tokens).text,
    escapeControlTokens,
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
    const tokenizer = new Tokenizer(json, config);
    fillGaps(tokenizer);
    return tokenizer;
  } catch (cause) {
    throw new TteError('model-invalid', `The tokenizer of ${model} could not be read.`, { cause });
  }
}

/** The special tokens that the post-processor adds before and after a text. */
function specialTokenAffixes(tokenizer: Tokenizer): { head: number[]; tail: number[] } {
  const inner = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const outer = tokenizer.encode('a').ids;
  const start = outer.findIndex((_, at) => inner.every((token, offset) => outer[at + offset] === token));
  return { head: outer.slice(0, start), tail: outer.slice(start + inner.length) };
}

/**
 * How many tokens at the end of a beginning may be others in the whole text: the last word may have been cut, and a WordPiece
 * makes one token of a word that is too long for it, but up to one a character of what is left when it is cut.
 */
function unsettledTokens(json: Record<string, unknown>): number {
  const { max_input_chars_per_word: longest = 100 } = (json.model ?? {}) as {
    max_input_chars_per_word?: number;
  };
  return longest + 28;
}

/** Inserts a space into each control token. Text that becomes one only when the tokenizer normalizes it is split at every character. */
function createEscape(tokenizer: Tokenizer, tokens: readonly string[]): (text: string) => string {
  // Its normalizer is called plainly: for `?.()` some bundlers write `.call`, which this library's callable objects do not have.
  const { normalizer } = tokenizer;
  const normalize = (text: string): string => (normalizer ? normalizer(text) : text);
  const normalized = [...tokenizer.get_added_tokens_decoder().values()]
    .filter((token) => token.normalized && tokens.includes(token.content))
    .map(({ content }) => normalize(content));
  const written = patternOf(tokens);
  const hidden = patternOf([...tokens, ...normalized]);
  if (!written || !hidden) return (text) => text;
  return (text) => {
    const escaped = text.replace(written, (match) => `${match[0]} ${match.slice(1)}`);
    return escaped.search(written) >= 0 || normalize(escaped).search(hidden) >= 0
      ? escaped.replace(/[^\p{L}\p{N}\s]/gu, '$& ')
      : escaped;
  };
}

function patternOf(tokens: readonly string[]): RegExp | null {
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
