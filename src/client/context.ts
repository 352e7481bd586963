/** Thinking with a context; loaded when one is given. */
import { invalid } from '../shared/errors.ts';
import type { ThinkOptions } from './types.ts';
import type { Prepared } from './wire.ts';

/** The input with the passages to answer it from. @throws TteError invalid-input */
export function withContext(item: Prepared, { context, think }: ThinkOptions): Prepared {
  if (!Array.isArray(context) || context.some((passage) => typeof passage !== 'string')) {
    throw invalid('options.context: pass an array of texts, best first.');
  }
  if (think === 'full') throw invalid("options.think: an answer from a context is given in 'answer' form.");
  if (item.wire.trace !== undefined) throw invalid('input.trace: pass a trace or a context, not both.');
  if (item.wire.text.trim() === '') throw invalid('input.text: pass the question that the context answers.');
  return { ...item, wire: { ...item.wire, context: [...context] } };
}
