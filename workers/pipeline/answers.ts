/** Answers from a context: which reasoners can give them, and how they are checked. */
import { TteError } from '../../src/shared/errors.ts';
import { drawnFrom } from '../reasoner/grounding.ts';
import type { Input } from './input.ts';
import type { TraceResult, TraceSource } from './types.ts';

export type InputWithContext = Input & { readonly context: readonly string[] };

export function hasContext(input: Input): input is InputWithContext {
  return input.context !== undefined;
}

/** @throws TteError unsupported */
export function contextReasonerOf(traceSource: TraceSource | null): TraceSource {
  if (traceSource?.readsContext) return traceSource;
  throw new TteError(
    'unsupported',
    `${traceSource ? `${traceSource.id} cannot answer from a context` : 'No reasoner is loaded'}: load a language model, as createEmbedder({ model: { embedder: 'minilm', reasoner: 'smollm2' } }) does.`,
  );
}

/** The answer with the passages that it was drawn from, or discarded because it was drawn from none. */
export function checkAnswer(result: TraceResult, { text, context }: InputWithContext): TraceResult {
  if (result.discarded || result.trace === null) return result;
  const { trace } = result;
  const sources = drawnFrom(trace.answer, text, context);
  if (sources.length === 0) return { trace, discarded: 'ungrounded' };
  return { trace: { ...trace, drawnFrom: sources } };
}
