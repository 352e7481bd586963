/** Embeds the passages of a text that exceeds the model's limit. */
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { Embedding } from '../../src/shared/types.ts';
import type { Engine } from '../pipeline/engine.ts';
import type { Input } from '../pipeline/input.ts';
import { headingAt, headingsOf } from '../text/headings.ts';
import { estimateTokens, passageSpans, type Span } from '../text/passages.ts';
import type { PassageVector } from './passage-table.ts';
import type { SearchPriority } from './search-priority.ts';

/** Maximum tokens of a passage: a few paragraphs, as in the index of a site. */
const PASSAGE_TOKENS = 200;
/** The part of the model's limit that a passage may fill; the rest is for prompt, instruction and heading, and because tokens are estimated. */
const SHARE = 0.8;
/** Passages are not made smaller than this, even if the model does not read them whole. */
const LEAST_TOKENS = 16;
const BATCH_SIZE = 32;
/** Maximum characters of a heading that are embedded with each of its passages. */
const HEADING_LENGTH = 100;

export interface PassageContext {
  engine: Engine;
  space: SpaceManifest;
  request: number;
  signal: AbortSignal;
  searchPriority: SearchPriority;
}

/** Whether the embedding of an input leaves out part of its text. If there is a trace, the trace may have been cut instead. */
export function isCut({ text, images }: Input, { truncated, trace }: Embedding, engine: Engine): boolean {
  return truncated && images.length === 0 && (trace === null || isLong(text, engine));
}

/** The same if only the text is known: an estimate. */
export function isLong(text: string, { maxTokens }: Engine): boolean {
  return estimateTokens(text) > maxTokens;
}

/**
 * The passages of a text that is cut, in order. They are embedded with their headings, without a trace.
 * @param position of the item in the page's list
 * @throws the first passage's error, or the signal's reason
 */
export async function embedPassages(
  input: Input,
  position: number,
  { engine, space, request, signal, searchPriority }: PassageContext,
): Promise<PassageVector[]> {
  const { text } = input;
  const headings = headingsOf(text);
  const options = { think: 'never' as const, role: 'document' as const, dimensions: space.dimensions };
  const passages: PassageVector[] = [];
  let budget = Math.min(PASSAGE_TOKENS, Math.floor(SHARE * engine.maxTokens));
  let left = split(text, { start: 0, end: text.length }, budget);
  while (left.length > 0) {
    const cut: Span[] = [];
    for (let from = 0, size = 0; from < left.length; from += size) {
      await searchPriority.waitForSearches();
      size = searchPriority.isSearchActive() ? 1 : BATCH_SIZE;
      const some: Span[] = [];
      const inputs: Input[] = [];
      for (const span of left.slice(from, from + size)) {
        const passage = { ...input, text: withHeading(span), trace: null };
        if (budget / 2 >= LEAST_TOKENS && !(await engine.mayReadWhole(passage, signal))) {
          cut.push(span); // without embedding it in vain
          continue;
        }
        some.push(span);
        inputs.push(passage);
      }
      if (some.length === 0) continue;
      const call = { request, signal, onTrace: () => {}, positions: some.map(() => position) };
      const errors: unknown[] = [];
      await engine.embedMany(inputs, options, call, (i, outcome) => {
        const span = some[i] as Span;
        if ('error' in outcome) errors.push(outcome.error);
        else if (outcome.value.truncated && budget / 2 >= LEAST_TOKENS) cut.push(span);
        else passages.push({ ...span, vector: outcome.value.vector });
      });
      if (errors.length > 0) throw errors[0];
    }
    // These passages have more tokens than estimated.
    budget /= 2;
    left = cut.flatMap((span) => split(text, span, budget));
  }
  return passages.length > 1 ? passages.sort((a, b) => a.start - b.start) : [];

  function withHeading({ start, end }: Span): string {
    const passage = text.slice(start, end);
    const heading = headingAt(headings, start);
    const isApart = heading !== null && heading.at < start;
    return isApart ? `${beginning(heading.text)}\n${passage}` : passage;
  }
}

/** The beginning of a heading, without splitting a surrogate pair. */
const beginning = (heading: string) => Array.from(heading).slice(0, HEADING_LENGTH).join('');

function split(text: string, { start, end }: Span, maxTokens: number): Span[] {
  const spans = passageSpans(text.slice(start, end), { maxTokens });
  return spans.map((span) => ({ start: start + span.start, end: start + span.end }));
}
