/** The collection and the search in one view. */
import { useEffect } from 'preact/hooks';
import { adding, collection, count, expected } from '../state/collection.ts';
import { notifyError } from '../state/notices.ts';
import { quick, reasoned, state } from '../state/search.ts';
import { text } from '../strings.ts';
import { AddingBar } from './adding.tsx';
import { CollectionView } from './collection.tsx';
import { Hero } from './hero.tsx';
import { History } from './history.tsx';
import { OpenedItem } from './hit.tsx';
import { Results } from './results.tsx';
import { SearchBox } from './search-box.tsx';
import { TracePanel } from './trace-panel.tsx';

export function SearchView() {
  const empty = count.value === 0 || (count.value === null && !expected());
  const shut = count.value === null && expected();
  useEffect(() => {
    // Needed after another model was chosen; on page load main.tsx has opened it already.
    if (shut) collection().catch(notifyError);
  }, [shut]);
  if (empty && !adding.value && state.value === 'idle') return <Hero />;
  const searching = state.value !== 'idle';
  return (
    <div class="search">
      <SearchBox />
      <AddingBar />
      {searching ? (
        <div class="found">
          <section aria-label={text.views.search}>
            <Results quick={quick.value} reasoned={reasoned.value} />
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
      <OpenedItem />
    </div>
  );
}
