/** Everything in the collection, newest last; only visible items are rendered. */
import { signal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { StoredItem } from 'think-then-embed';
import { addFiles, addSample, changes, collection, count } from '../state/collection.ts';
import { notifyError } from '../state/notices.ts';
import { query } from '../state/query.ts';
import { text } from '../strings.ts';
import { PickButton } from '../ui/controls.tsx';
import { Grid } from '../ui/grid.tsx';
import { HitCard } from './hit.tsx';

const PAGE = 100;
/** Items by position, fetched one page at a time. */
const items = signal<ReadonlyMap<number, StoredItem>>(new Map());
const pages = new Set<number>();
let version = -1;

export function CollectionView() {
  const total = count.value ?? 0;
  const now = changes.value;
  const onRange = useCallback((first: number, end: number) => void fetchRange(first, end), [now]);
  const files = (found: Parameters<typeof addFiles>[0]) => void addFiles(found).catch(notifyError);
  return (
    <section aria-labelledby="collection-title">
      <div class="bar">
        <h2 id="collection-title">
          {text.collection.title} <small>{text.collection.items(total)}</small>
        </h2>
        <div class="actions">
          <PickButton label={text.collection.folder} folder onFiles={files} />
          <PickButton label={text.collection.files} id="files" onFiles={files} />
          <button type="button" onClick={() => void addSample().catch(notifyError)}>
            {text.collection.sample}
          </button>
        </div>
      </div>
      <Examples />
      <Grid
        count={total}
        width={150}
        height={190}
        label={text.collection.title}
        onRange={onRange}
        cell={(index) => {
          const item = items.value.get(index);
          return item ? <HitCard item={item} /> : <div class="card waiting" />;
        }}
      />
    </section>
  );
}

function Examples() {
  return (
    <p class="examples">
      {text.search.examples}
      {text.search.tries.map((example) => (
        <button
          key={example}
          type="button"
          onClick={() => {
            query.text.value = example;
          }}
        >
          {example}
        </button>
      ))}
    </p>
  );
}

async function fetchRange(first: number, end: number): Promise<void> {
  if (version !== changes.peek()) pages.clear();
  const own = changes.peek();
  version = own;
  for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) {
    if (pages.has(page)) continue;
    pages.add(page);
    try {
      const index = await collection();
      const list = await index.list({ offset: page * PAGE, limit: PAGE });
      if (version !== own) return;
      const next = new Map(items.peek());
      for (const [at, item] of list.entries()) next.set(page * PAGE + at, item);
      items.value = next;
    } catch (error) {
      notifyError(error);
    }
  }
}
