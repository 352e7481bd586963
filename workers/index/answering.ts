/** The last stage of a search: an answer to the question, drawn from its hits by a language model. */
import type { SearchAnswer, SearchHit } from '../../src/shared/index-types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { textInput } from '../pipeline/input.ts';
import type { Call } from '../pipeline/types.ts';
import { mostShared } from '../reasoner/grounding.ts';
import { passageSpans } from '../text/passages.ts';

/** Number of hits that are read: small models answer worse from more of them, and every token takes time. */
const READ = 3;
/** Number of tokens that are read of each. */
const TOKENS = 120;

const REASONS = {
  empty: 'The model wrote nothing.',
  loop: 'The model repeated itself.',
  refused: 'The model did not answer.',
  ungrounded: 'What the model wrote stands in none of the best hits.',
} as const;

export async function answerFromHits(
  question: string,
  hits: readonly SearchHit[],
  engine: Engine,
  call: Call,
): Promise<SearchAnswer> {
  const read = hits.filter(({ text }) => text.trim() !== '').slice(0, READ);
  const none = (reason: string): SearchAnswer => ({ text: '', sources: [], reason });
  if (read.length === 0) return none('None of the hits has text to read.');
  const context = read.map(({ text }) => partFor(question, text));
  const { trace, discarded } = await engine.answer({ ...textInput(question), context }, call);
  if (trace === null || discarded) return none(REASONS[discarded ?? 'empty']);
  const sources = (trace.drawnFrom ?? []).map((i) => (read[i] as SearchHit).id);
  const from = sources.length === 1 ? 'one of the hits' : `${sources.length} of the hits`;
  return { text: trace.answer, sources, reason: `Drawn from ${from}.` };
}

/** The part of a long text that has most of the question's words. */
function partFor(question: string, text: string): string {
  const spans = passageSpans(text, { maxTokens: TOKENS });
  const parts = spans.map(({ start, end }) => text.slice(start, end));
  return parts[mostShared(question, parts)] ?? '';
}
