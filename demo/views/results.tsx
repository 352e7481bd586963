/** Hits: one list that is reranked in place, or both rankings side by side. */
import { signal } from '@preact/signals';
import type { SearchResult } from 'think-then-embed';
import { milliseconds } from '../format.ts';
import { firstHits, state } from '../state/search.ts';
import { text } from '../strings.ts';
import { Switch } from '../ui/controls.tsx';
import { Answer } from './answer.tsx';
import { HitCard } from './hit.tsx';
import { UnderstoodParts } from './understood.tsx';

const compare = signal(false);
const { search } = text;

interface Props {
  quick: SearchResult | null;
  reasoned: SearchResult | null;
}

export function Results({ quick, reasoned }: Props) {
  const best = reasoned ?? quick;
  const first = firstHits.value;
  return (
    <>
      <div class="bar">
        <p id="search-status" role="status">
          {search.states[state.value]}{' '}
          {best && first !== null && (
            <span class="note">
              {search.first(milliseconds(first))} {search.candidates(best.candidates)}
            </span>
          )}
        </p>
        <Switch label={search.compare} value={compare} />
      </div>
      <UnderstoodParts />
      <Answer />
      {compare.value ? (
        <div class="compared">
          <Ranking title={search.withoutThinking} result={quick} />
          <Ranking title={search.withThinking} result={reasoned} />
        </div>
      ) : (
        best && <Hits result={best} />
      )}
    </>
  );
}

function Ranking({ title, result }: { title: string; result: SearchResult | null }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {result ? <Hits result={result} /> : <p class="note">{text.trace.none}</p>}
    </section>
  );
}

function Hits({ result }: { result: SearchResult }) {
  if (result.hits.length === 0) return <p class="note">{search.none}</p>;
  return (
    <ol class="hits" data-stage={result.stage}>
      {result.hits.map((hit) => (
        <li key={hit.id}>
          <HitCard item={hit} />
        </li>
      ))}
    </ol>
  );
}
