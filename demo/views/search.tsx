/** Collection and search in one view: what one has, and what one looks for. */
import { adding, count, expected } from '../state/collection.ts';
import { quick, state, thought } from '../state/search.ts';
import { text } from '../strings.ts';
import { AddingBar } from './adding.tsx';
import { CollectionView } from './collection.tsx';
import { Hero } from './hero.tsx';
import { History } from './history.tsx';
import { Results } from './results.tsx';
import { SearchBox } from './search-box.tsx';
import { TracePanel } from './trace-panel.tsx';

export function SearchView() {
  const empty = count.value === 0 || (count.value === null && !expected());
  if (empty && !adding.value && state.value === 'idle') return <Hero />;
  const searching = state.value !== 'idle';
  return (
    <div class="search">
      <SearchBox />
      <AddingBar />
      {searching ? (
        <div class="found">
          <section aria-label={text.views.search}>
            <Results quick={quick.value} thought={thought.value} />
          </section>
          <aside>
            <TracePanel />
            <History />
          </aside>
        </div>
      ) : count.value === null ? (
        <p class="note">{text.collection.opening}</p>
      ) : (
        <CollectionView />
      )}
    </div>
  );
}
