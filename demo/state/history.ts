/** Earlier searches and their traces, newest first; stored in this browser. */
import { signal } from '@preact/signals';
import type { SearchResult } from 'think-then-embed';
import { settings } from './settings.ts';

export interface HistoryQuery {
  text: string;
  instruction: string;
  /** Name of the picture in the query. The picture itself is not stored. */
  picture: string | null;
}

export interface HistoryEntry extends HistoryQuery {
  mode: string;
  trace: string | null;
  best: string;
  ms: number;
  at: number;
}

const MAX_ENTRIES = 50;
export const history = signal<readonly HistoryEntry[]>(
  JSON.parse(settings.read('history') ?? '[]') as HistoryEntry[],
);

export function remember(asked: HistoryQuery, { trace, thinkDecision, hits, ms }: SearchResult): void {
  const { text, picture } = asked;
  if (!text && !picture) return;
  const latest: HistoryEntry = {
    ...asked,
    mode: thinkDecision.mode,
    trace: trace?.text ?? null,
    best: String(hits[0]?.metadata.name ?? ''),
    ms: ms.total,
    at: Date.now(),
  };
  // Searching as the user types: "ba" and "banana" are the same search.
  const others = history.value.filter(
    (other) => !(latest.at - other.at < 10_000 && picture === other.picture && text.startsWith(other.text)),
  );
  save([latest, ...others].slice(0, MAX_ENTRIES));
}

export function forgetHistory(): void {
  save([]);
}

function save(entries: readonly HistoryEntry[]): void {
  history.value = entries;
  settings.write('history', JSON.stringify(entries));
}
