/** Everything of an item that is read as text: prompt and trace, in one pass where the prompt has a place for the trace. */
import type { Role } from '../../src/shared/types.ts';
import { fitTrace } from '../reasoner/trace.ts';
import { renderTemplate } from '../text/template.ts';
import type { TextTower } from './text-tower.ts';
import type { Encoded, EncodedBatch, EncodeItem, TraceText } from './types.ts';
import { mix } from './vector.ts';

export interface TextComposer {
  /** Vectors of the items' words, batch by batch. */
  encode(items: readonly EncodeItem[], signal: AbortSignal): AsyncIterableIterator<EncodedBatch>;
}

/** @param traceWeight of a trace's vector against the prompt's, where they are read apart */
export function createTextComposer(
  tower: TextTower,
  prompts: Readonly<Record<Role, string>>,
  traceWeight: number,
): TextComposer {
  /** The texts whose vectors make the item's: prompt, or prompt and trace. An image without words is known by its trace. */
  function parts({ text, instruction, trace, role, images }: EncodeItem): { texts: string[]; cut: boolean } {
    const template = prompts[role];
    const prompt = (trace: string) => renderTemplate(template, { text, instruction, trace }).trim();
    if (trace === null) return { texts: [prompt('')], cut: false };
    if (template.includes('{trace}')) {
      const { text: fitting, truncated } = fitTrace(trace, (part) => tower.fits(prompt(part)));
      return { texts: [prompt(fitting)], cut: truncated };
    }
    const { text: fitting, truncated } = fitTrace(finalStatement(trace), tower.fits);
    return { texts: images.length > 0 && text === '' ? [fitting] : [prompt(''), fitting], cut: truncated };
  }

  return {
    async *encode(items, signal) {
      const own = items.map(parts);
      const owners = own.flatMap(({ texts }, index) => texts.map(() => index));
      const encoded: Encoded[] = [];
      const texts = own.flatMap(({ texts }) => texts);
      for await (const batch of tower.encode(texts, signal)) {
        for (const result of batch) encoded[result.index] = result.encoded;
        yield batch.flatMap(({ index: at }) => {
          const index = owners[at] as number;
          const first = owners.indexOf(index);
          const cut = own[index]?.cut ?? false;
          const [prompt, trace] = [encoded[first], encoded[first + 1]];
          if (owners[first + 1] !== index)
            return prompt ? [{ index, encoded: withTruncation(prompt, cut) }] : [];
          return prompt && trace
            ? [{ index, encoded: withTruncation(fuse(prompt, trace, traceWeight), cut) }]
            : [];
        });
      }
    },
  };
}

/** What an embedder that was never trained with traces reads of one: the final statement, which carries most of the gain. */
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
