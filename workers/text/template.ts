/** Prompt templates of docs/model-folders.md: `{placeholder}` and `[[ optional part ]]`. */

export interface PromptValues {
  text?: string;
  instruction?: string;
  trace?: string;
  context?: string;
  /** Number of images that `{image}` stands for. */
  images?: number;
}

export type PromptPart = { type: 'text'; text: string } | { type: 'image' };

const SECTION = /\[\[(.*?)\]\]/gs;
const PLACEHOLDER = /\{(image|instruction|text|trace|context)\}/g;

type Name = 'image' | 'instruction' | 'text' | 'trace' | 'context';

/** The filled template as text and image parts; adjacent texts are joined. Values are not expanded again. */
export function promptParts(template: string, values: PromptValues): PromptPart[] {
  const parts: PromptPart[] = [];
  const write = (text: string): void => {
    const last = parts.at(-1);
    if (text === '') return;
    if (last?.type === 'text') last.text += text;
    else parts.push({ type: 'text', text });
  };
  const fill = (part: string): void => {
    for (const [index, piece] of part.split(PLACEHOLDER).entries()) {
      if (index % 2 === 0) write(piece);
      else if (piece === 'image')
        for (let i = 0; i < (values.images ?? 0); i++) parts.push({ type: 'image' });
      else write(values[piece as Exclude<Name, 'image'>] ?? '');
    }
  };
  for (const [index, piece] of template.split(SECTION).entries()) {
    if (index % 2 === 0 || isComplete(piece, values)) fill(piece);
  }
  return parts;
}

/** The filled template as one string; `values.image` represents all images, or is empty. */
export function renderTemplate(template: string, values: Partial<Record<Name, string>>): string {
  const { image = '', ...rest } = values;
  return promptParts(template, { ...rest, images: image === '' ? 0 : 1 })
    .map((part) => (part.type === 'text' ? part.text : image))
    .join('');
}

function isComplete(section: string, values: PromptValues): boolean {
  return [...section.matchAll(PLACEHOLDER)].every(([, name]) =>
    name === 'image' ? (values.images ?? 0) > 0 : (values[name as Exclude<Name, 'image'>] ?? '') !== '',
  );
}
