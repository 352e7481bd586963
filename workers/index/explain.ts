/** Explains the rank of a hit in one sentence. */
import type { JsonValue, SearchHit, StoredItem } from '../../src/shared/index-types.ts';
import type { Trace } from '../../src/shared/types.ts';

export interface Reasons extends Pick<SearchHit, 'scores' | 'ranks' | 'terms' | 'rankDelta'> {
  item: Pick<StoredItem, 'text' | 'metadata' | 'trace'>;
  trace: Trace | null;
  /** Text of the query. */
  query: string;
  /** The field that the hits are in the order of, with the item's value. */
  ordered: { field: string; value: JsonValue } | null;
}

const SHOWN = 3;
/** Words of at least four letters; shorter ones are too common. */
const WORD = /[\p{L}\p{N}]{4,}/gu;

export function explain({ ordered, ...reasons }: Reasons): string {
  const by =
    ordered &&
    `${ordered.field} ${typeof ordered.value === 'string' ? ordered.value : JSON.stringify(ordered.value)}`;
  const { scores } = reasons;
  if (scores.vector === null && scores.text === null) return sentence(by ?? 'one of the items that match');
  const near = nearness(reasons);
  return sentence(by ? `${by}; ${near}` : near);
}

function nearness({ item, scores, ranks, terms, rankDelta, trace, query }: Omit<Reasons, 'ordered'>): string {
  const found = terms.length > 0 ? `has the words ${quoted(terms)}` : '';
  const near =
    ranks.vector === null || scores.vector === null ? '' : `near in meaning (${scores.vector.toFixed(2)})`;
  const base = [near, found].filter(Boolean).join(', ') || 'near in meaning';
  if (rankDelta === null || rankDelta === 0 || trace === null) return base;
  const shared = sharedWords(trace.answer, query, item);
  const thought = shared.length > 0 ? `the trace’s ${quoted(shared)}` : 'the trace';
  if (rankDelta === 'new') return `${thought} brought it in: ${base}`;
  const ranksMoved = `${Math.abs(rankDelta)} ${Math.abs(rankDelta) === 1 ? 'rank' : 'ranks'}`;
  return rankDelta > 0
    ? `up ${ranksMoved} by ${thought}: ${base}`
    : `down ${ranksMoved}, others match the trace better: ${base}`;
}

/** Words that the item shares with the trace but not with the query. */
function sharedWords(answer: string, query: string, { text, metadata, trace }: Reasons['item']): string[] {
  const asked = new Set(words(query));
  const there = new Set(words([text, JSON.stringify(metadata), trace ?? ''].join(' ')));
  return [...new Set(words(answer))].filter((word) => !asked.has(word) && there.has(word));
}

const words = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];
const quoted = (terms: readonly string[]) =>
  terms
    .slice(0, SHOWN)
    .map((term) => `“${term}”`)
    .join(', ');
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
