/** The query: what the user searches for, and how. */
import { batch, signal } from '@preact/signals';
import type { SearchOptions, ThinkMode, Understood } from 'think-then-embed';
import { info } from './engine.ts';
import type { HistoryQuery } from './history.ts';
import type { PickedImage } from './picked-image.ts';

const HITS = 24;
const QUESTION =
  /\?$|^(what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|should|will|has|have)\b/i;

export const query = {
  text: signal(''),
  picture: signal<PickedImage | null>(null),
  instruction: signal(''),
  /** Positive examples: items that hits should resemble. */
  like: signal<readonly { id: string; name: string }[]>([]),
  think: signal<ThinkMode>('auto'),
  /** Whether items with words of the query gain by them. */
  hybrid: signal(true),
  kind: signal(''),
  /** A trace written by the user, used instead of thinking; null: none. */
  trace: signal<string | null>(null),
  /** The question taken apart, as the user has edited it, used instead of the text; null: as typed. */
  understood: signal<Understood | null>(null),
  /** Whether questions are answered from the hits, if the model can. */
  answer: signal(true),
};

/** Whether the query has anything to search for. */
export function asked(): boolean {
  return query.text.value.trim() !== '' || query.picture.value !== null || query.like.value.length > 0;
}

export function clearQuery(): void {
  askAgain('', '');
}

/** Replaces the whole query. */
export function askAgain(text: string, instruction: string): void {
  batch(() => {
    query.text.value = text;
    query.picture.value = null;
    query.instruction.value = instruction;
    query.like.value = [];
    query.trace.value = null;
    query.understood.value = null;
  });
}

/** Called on every keystroke. Discards the user's own trace and parts, which belong to the previous text. */
export function askFor(text: string): void {
  batch(() => {
    query.text.value = text;
    query.trace.value = null;
    query.understood.value = null;
  });
}

/** Whether a thought comes before the answer. `auto` seldom thinks about a text. */
export function thinksFirst(): boolean {
  const { think, trace } = query;
  return !canAnswer() || trace.value !== null || think.value === 'answer' || think.value === 'full';
}

/** Whether the question is answered from the hits. */
export function canAnswer(): boolean {
  const { text, picture, answer } = query;
  return (
    answer.value &&
    (info.value?.canAnswer ?? false) &&
    picture.value === null &&
    QUESTION.test(text.value.trim())
  );
}

/** What is searched for. */
export function searchQuery() {
  const { text, picture, instruction, like, trace, understood } = query;
  const parts = picture.value === null ? understood.value : null;
  return {
    ...(parts ? { understood: parts } : text.value.trim() && { text: text.value.trim() }),
    ...(picture.value && { image: picture.value.blob }),
    ...(instruction.value.trim() && { instruction: instruction.value.trim() }),
    ...(like.value.length > 0 && { like: like.value.map(({ id }) => id) }),
    ...(trace.value !== null && { trace: trace.value }),
  };
}

/** The query as the history keeps it. */
export function historyQuery(): HistoryQuery {
  const { text, picture, instruction } = query;
  return {
    text: text.value.trim(),
    instruction: instruction.value.trim(),
    picture: picture.value?.name ?? null,
  };
}

export function searchOptions(signal: AbortSignal): SearchOptions {
  const { think, hybrid, kind } = query;
  const where = kind.value && { where: { kind: kind.value } };
  const shared = { topK: HITS, think: think.value, answer: canAnswer(), ...where, signal };
  return { ...shared, ...(!hybrid.value && { hybrid: false }) };
}
