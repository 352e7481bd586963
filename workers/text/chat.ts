/** Chat templates: render messages to the prompt format of the model. */
import { Template } from '@huggingface/jinja';
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { PromptPart } from './template.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: readonly PromptPart[];
}

export interface ChatTemplate {
  /** Whether the model is trained to think before it answers, which its template shows by the markers. */
  readonly thinks: boolean;
  /**
   * Renders the prompt up to the beginning of the model's turn.
   * @param imageToken represents an image if the template does not support images.
   */
  render(messages: readonly ChatMessage[], imageToken: string): string;
}

const SPECIAL_TOKENS = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
];

/** Null if the folder has no chat template. @throws TteError model-invalid */
export async function openChatTemplate(folder: ModelFolder): Promise<ChatTemplate | null> {
  const config = (await folder.json('tokenizer_config.json')) ?? {};
  const source =
    templateOf(config.chat_template) ??
    (await folder.text('chat_template.jinja')) ??
    templateOf((await folder.json('chat_template.json'))?.chat_template);
  if (source === null) return null;
  const template = compile(source, folder.descriptor.id);
  const tokens = Object.fromEntries(
    SPECIAL_TOKENS.flatMap((name) => {
      const token = textOf(config[name]);
      return token === null ? [] : [[name, token]];
    }),
  );
  const render = (messages: readonly unknown[]): string =>
    template.render({ messages, add_generation_prompt: true, ...tokens });
  const readsParts = takesParts(render);

  return {
    thinks: source.includes('</think>'),
    render(messages, imageToken) {
      const shaped = messages.map(({ role, content }) => ({
        role,
        content: readsParts
          ? content
          : content.map((part) => (part.type === 'text' ? part.text : imageToken)).join(''),
      }));
      try {
        return render(shaped);
      } catch (cause) {
        throw new TteError('model-invalid', `The chat template of ${folder.descriptor.id} failed.`, {
          cause,
        });
      }
    },
  };
}

/** Newer templates take a list of parts, older ones a string; this is found out by trying. */
function takesParts(render: (messages: readonly unknown[]) => string): boolean {
  try {
    const text = render([{ role: 'user', content: [{ type: 'text', text: 'probe' }] }]);
    return text.includes('probe') && !/["']text["']/.test(text);
  } catch {
    return false;
  }
}

function compile(source: string, model: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw new TteError('model-invalid', `The chat template of ${model} could not be read.`, { cause });
  }
}

/** A template string, or the default one of a named list. */
function templateOf(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (!Array.isArray(entry)) return null;
  const named = entry.find((item) => item?.name === 'default') ?? entry[0];
  return typeof named?.template === 'string' ? named.template : null;
}

function textOf(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (typeof entry === 'object' && entry !== null && 'content' in entry) return textOf(entry.content);
  return null;
}
