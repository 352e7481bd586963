/** What was searched for and what the model thought about it, newest first; kept in this browser. */
import { signal } from '@preact/signals';
import type { SearchResult } from 'think-then-embed';
import { kept } from './kept.ts';

export interface Asked {
  text: string;
  instruction: string;
  /** Name of the picture that was asked with; it is not kept itself. */
  picture: string | null;
}

export interface Thought extends Asked {
  mode: string;
  trace: string | null;
  best: string;
  ms: number;
  at: number;
}

const MOST = 50;
export const history = signal<readonly Thought[]>(JSON.parse(kept.read('history') ?? '[]') as Thought[]);

export function remember(asked: Asked, { trace, think, hits, ms }: SearchResult): void {
  const { text, picture } = asked;
  if (!text && !picture) return;
  const latest: Thought = {
    ...asked,
    mode: think.mode,
    trace: trace?.text ?? null,
    best: String(hits[0]?.metadata.name ?? ''),
    ms: ms.total,
    at: Date.now(),
  };
  // While one types, "ba" and "banana" are one search.
  const others = history.value.filter(
    (other) => !(latest.at - other.at < 10_000 && picture === other.picture && text.startsWith(other.text)),
  );
  save([latest, ...others].slice(0, MOST));
}

export function forgetHistory(): void {
  save([]);
}

function save(thoughts: readonly Thought[]): void {
  history.value = thoughts;
  kept.write('history', JSON.stringify(thoughts));
}
