/** Encodes the textual part of items: prompt and trace, in one pass if the prompt template has a place for the trace. */
import type { Role } from '../../src/shared/types.ts';
import { escapeTrace, fitTrace } from '../reasoner/trace.ts';
import { renderTemplate } from '../text/template.ts';
import { pacer } from './batches.ts';
import { encodeParts } from './parts.ts';
import type { TextTower } from './text-tower.ts';
import type { Encoded, EncodedBatch, EncodeItem, TraceText } from './types.ts';
import { mix } from './vector.ts';

export interface TextComposer {
  /** Yields the vectors of the items' texts batch by batch. */
  encode(items: readonly EncodeItem[], signal: AbortSignal): AsyncIterableIterator<EncodedBatch>;
  /** Whether a document with this text and no trace would not be cut. */
  readsWhole(document: Pick<EncodeItem, 'text' | 'instruction'>): Promise<boolean>;
}

/** @param traceWeight weight of the trace's vector versus the prompt's, if they are encoded separately */
export function createTextComposer(
  tower: TextTower,
  prompts: Readonly<Record<Role, string>>,
  traceWeight: number,
): TextComposer {
  /** The prompt, to be completed with a trace. */
  function promptOf({ text, instruction, role }: Pick<EncodeItem, 'text' | 'instruction' | 'role'>) {
    const given = { text: tower.asWords(text), instruction: tower.asWords(instruction) };
    return (trace: string) => renderTemplate(prompts[role], { ...given, trace }).trim();
  }

  /** The texts to encode: the prompt, or prompt and trace. An image without text is represented by its trace alone. */
  function parts(item: EncodeItem): { texts: string[]; cut: boolean } {
    const { text, trace, role, images } = item;
    const prompt = promptOf(item);
    if (trace === null) return { texts: [prompt('')], cut: false };
    if (prompts[role].includes('{trace}')) {
      const { text: fitting, truncated } = fitTrace(trace, (part) =>
        tower.fits(prompt(escapeTrace(part, tower.asWords))),
      );
      return { texts: [prompt(escapeTrace(fitting, tower.asWords))], cut: truncated };
    }
    const { text: statement, truncated } = fitTrace(finalStatement(trace), (part) =>
      tower.fits(tower.asWords(part)),
    );
    const fitting = tower.asWords(statement);
    return { texts: images.length > 0 && text === '' ? [fitting] : [prompt(''), fitting], cut: truncated };
  }

  return {
    readsWhole: async (document) => tower.fits(promptOf({ ...document, role: 'document' })('')),
    async *encode(items, signal) {
      const mayPause = pacer();
      const own: ReturnType<typeof parts>[] = [];
      for (const item of items) {
        own.push(parts(item));
        if (mayPause()) yield [];
      }
      yield* encodeParts(
        own.map(({ texts }) => texts),
        (texts) => tower.encode(texts, signal),
        (encoded, index) => join(encoded, own[index]?.cut ?? false),
      );
    },
  };

  function join([prompt, trace]: readonly Encoded[], cut: boolean): Encoded {
    return withTruncation(trace ? fuse(prompt as Encoded, trace, traceWeight) : (prompt as Encoded), cut);
  }
}

/** The part of a trace for embedders that were not trained with traces: the final statement, which carries most of the gain. */
function finalStatement({ text, thinking, answer }: TraceText): TraceText {
  const statement = answer || thinking || text;
  return { text: statement, thinking: '', answer: statement };
}

function fuse(prompt: Encoded, trace: Encoded, weight: number): Encoded {
  return {
    vector: mix(prompt.vector, trace.vector, weight),
    tokens: prompt.tokens + trace.tokens,
    truncated: prompt.truncated || trace.truncated,
  };
}

function withTruncation(encoded: Encoded, cut: boolean): Encoded {
  return cut ? { ...encoded, truncated: true } : encoded;
}
