/** Builds the token ids of a prompt: chat roles, images, truncation. */
import type { ThinkPrompt } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import { promptParts } from '../text/template.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { commonPrefix } from './prefix-cache.ts';

export interface PromptRequest {
  /** Whether to apply the chat template, if there is one; otherwise `user` is the whole prompt. */
  chat: boolean;
  prompt: ThinkPrompt;
  text: string;
  instruction: string;
  /** Passages, best first. */
  context: readonly string[];
  /** The pattern of visual tokens that replaces the token of each image. */
  images: readonly string[];
  imageToken: string;
  /** Maximum length of the prompt including `start`. */
  maxTokens: number;
}

export interface PromptIds {
  /** The prompt without `start`. */
  ids: number[];
  /** `start`, the beginning of the trace. */
  start: number[];
  /** Number of leading ids that depend only on system text and instruction, and contain no image. */
  stable: number;
  truncated: boolean;
}

/** @throws TteError invalid-input (does not fit even without its text) | model-invalid (the template drops images) */
export function buildPrompt(tokenizer: TextTokenizer, request: PromptRequest): PromptIds {
  const start = tokenizer.encode(request.prompt.start ?? '', { specials: false }).ids;
  const limit = request.maxTokens - start.length;
  const words = (text: string): string =>
    tokenizer.escapeControlTokens(tokenizer.beginning(text, request.maxTokens));
  let text = words(request.text);
  let instruction = words(request.instruction);
  let context = request.context.map(words);
  let ids = render(tokenizer, request, text, instruction, context);
  const truncated = ids.length > limit;
  while (ids.length > limit) {
    const overflow = ids.length - limit;
    if (context.length > 0) context = withoutEnd(tokenizer, context, overflow);
    else if (text !== '') text = shorten(tokenizer, text, overflow);
    else if (instruction !== '') instruction = shorten(tokenizer, instruction, overflow);
    else
      throw new TteError(
        'invalid-input',
        `The prompt takes ${ids.length} tokens where ${limit} fit: give fewer images.`,
      );
    ids = render(tokenizer, request, text, instruction, context);
  }
  const other = render(tokenizer, request, text.startsWith('#') ? '*' : '#', instruction, []);
  const image = tokenizer.id(request.imageToken);
  const firstImage = request.images.length > 0 && image !== undefined ? ids.indexOf(image) : ids.length;
  return { ids, start, stable: Math.min(commonPrefix(ids, other), firstImage), truncated };
}

function render(
  tokenizer: TextTokenizer,
  request: PromptRequest,
  text: string,
  instruction: string,
  context: readonly string[],
): number[] {
  const { prompt, images, imageToken } = request;
  const user = promptParts(prompt.user, {
    text,
    instruction,
    context: context.join('\n'),
    images: images.length,
  });
  const chat = request.chat ? tokenizer.chat : null;
  if (chat) {
    const messages = [
      ...(prompt.system
        ? [{ role: 'system' as const, content: [{ type: 'text' as const, text: prompt.system }] }]
        : []),
      { role: 'user' as const, content: user },
    ];
    const rendered = chat.render(messages, imageToken);
    // Some templates open the thinking block themselves; here it belongs to the trace.
    const turn = rendered.replace(/<think>\s*$/, '');
    return tokenizer.encode(expand(turn, imageToken, images), { specials: false }).ids;
  }
  const raw = user.map((part) => (part.type === 'text' ? part.text : imageToken)).join('');
  const system = request.chat && prompt.system ? `${prompt.system}\n\n` : '';
  return tokenizer.encode(system + expand(raw, imageToken, images)).ids;
}

/** Replaces the token of each image by its pattern. */
function expand(text: string, imageToken: string, images: readonly string[]): string {
  if (images.length === 0) return text;
  const pieces = text.split(imageToken);
  if (pieces.length !== images.length + 1) {
    throw new TteError(
      'model-invalid',
      `The prompt has ${pieces.length - 1} places for ${images.length} images.`,
    );
  }
  return pieces.map((piece, index) => piece + (images[index] ?? '')).join('');
}

/** Without the last passage, or a part of it that frees at least `tokens` tokens. */
function withoutEnd(tokenizer: TextTokenizer, passages: readonly string[], tokens: number): string[] {
  const others = passages.slice(0, -1);
  const shorter = shorten(tokenizer, passages.at(-1) ?? '', tokens);
  return shorter === '' ? others : [...others, shorter];
}

/** The text shortened by at least `tokens` tokens at its end. */
function shorten(tokenizer: TextTokenizer, text: string, tokens: number): string {
  const { ids } = tokenizer.encode(text, { specials: false });
  const cut = tokenizer.decode(ids.slice(0, Math.max(0, ids.length - tokens))).replace(/\uFFFD+$/, '');
  return cut.length < text.length ? cut : '';
}
