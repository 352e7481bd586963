/** One item, as a card and in a dialog. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JsonValue, SearchHit, StoredItem } from 'think-then-embed';
import { megabytes } from '../format.ts';
import { askAbout } from '../state/ask.ts';
import { collection } from '../state/collection.ts';
import { notifyError } from '../state/notices.ts';
import { query } from '../state/query.ts';
import { show } from '../state/route.ts';
import { thumbnailBlob } from '../state/thumbnails.ts';
import { text } from '../strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { shownText } from '../ui/item-text.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';

/** The item shown in the dialog, or null. */
const open = signal<StoredItem | SearchHit | null>(null);

export function nameOf({ metadata }: StoredItem): string {
  const { name, page, passage, seconds } = metadata;
  const part =
    typeof page === 'number'
      ? text.collection.page(page)
      : typeof seconds === 'number'
        ? text.collection.seconds(seconds)
        : typeof passage === 'number' && passage > 1
          ? text.collection.passage(passage)
          : null;
  return [String(name ?? text.hit.untitled), part].filter(Boolean).join(', ');
}

export function openItem(item: StoredItem | SearchHit): void {
  open.value = item;
}

export function HitCard({ item }: { item: StoredItem | SearchHit }) {
  const name = nameOf(item);
  const hit = 'score' in item ? item : null;
  return (
    <button
      type="button"
      class="card"
      onClick={() => {
        open.value = item;
      }}
    >
      <Thumbnail item={item} />
      <span class="name">{name}</span>
      {hit && (
        <span class="figures">
          <span title={text.search.score}>{hit.score.toFixed(2)}</span>
          <Moved rankDelta={hit.rankDelta} />
        </span>
      )}
    </button>
  );
}

/** The dialog. It is not part of the item's card, because cards are unmounted as hits move and items are added. */
export function OpenedItem() {
  return open.value && <Opened key={open.value.id} item={open.value} />;
}

function Moved({ rankDelta }: Pick<SearchHit, 'rankDelta'>) {
  const { moved } = text.search;
  if (rankDelta === null) return null;
  if (rankDelta === 'new') return <span class="moved new">{moved.new}</span>;
  if (rankDelta === 0) return null;
  const [mark, label] = rankDelta > 0 ? ['▲', moved.up(rankDelta)] : ['▼', moved.down(-rankDelta)];
  return (
    <span class={`moved ${rankDelta > 0 ? 'up' : 'down'}`}>
      <span aria-hidden="true">{mark}</span> {label}
    </span>
  );
}

function Opened({ item }: { item: StoredItem | SearchHit }) {
  const name = nameOf(item);
  const { id, metadata, trace, addedAt } = item;
  const close = () => {
    open.value = null;
  };
  // Close when the user switches to another view.
  useEffect(() => close, []);
  const shown = Object.entries(metadata).filter(([field]) => field !== 'name');
  return (
    <Dialog title={name} onClose={close}>
      <Thumbnail item={item} alt={name} />
      {'passage' in item && item.passage?.heading && <p class="note">{item.passage.heading}</p>}
      {(metadata.kind !== 'text' || item.text !== shownText(item)) && item.text && <WholeText item={item} />}
      {'why' in item && (
        <>
          <h3>{text.hit.why}</h3>
          <p>{item.why}</p>
        </>
      )}
      {trace && (
        <>
          <h3>{text.hit.trace}</h3>
          <p class="words">{trace}</p>
        </>
      )}
      <dl class="facts">
        {shown.map(([field, value]) => [
          <dt key={field}>{fieldName(field)}</dt>,
          <dd key={`${field}=`}>{shownValue(field, value)}</dd>,
        ])}
      </dl>
      <p class="note">{text.hit.added(new Date(addedAt).toLocaleString('en'))}</p>
      <div class="actions">
        <button
          type="button"
          onClick={() => {
            close();
            query.like.value = [{ id, name }];
          }}
        >
          {text.hit.more}
        </button>
        {!item.text && (
          <button type="button" onClick={() => void askAboutItem(item, name).then(close)}>
            {text.hit.ask}
          </button>
        )}
        <button type="button" class="quiet" onClick={() => void remove(id).then(close)}>
          {text.hit.remove}
        </button>
      </div>
    </Dialog>
  );
}

/** Folded where it is long. */
function WholeText({ item }: { item: StoredItem }) {
  const words = <p class="words">{item.text}</p>;
  if (item.text === shownText(item)) return words;
  return (
    <details>
      <summary>{text.hit.whole}</summary>
      {words}
    </details>
  );
}

/** The display name of a metadata field that this page sets; other fields keep their own. */
function fieldName(field: string): string {
  const { fields } = text.hit;
  return field in fields ? fields[field as keyof typeof fields] : field;
}

function shownValue(field: string, value: JsonValue): string {
  if (field === 'bytes' && typeof value === 'number') return megabytes(value);
  if ((field === 'date' || field === 'modified') && typeof value === 'string') {
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? value : date.toLocaleString('en');
  }
  if (field === 'camera' && Array.isArray(value)) return String(value.at(-1));
  return Array.isArray(value) ? value.join(' / ') : String(value);
}

async function askAboutItem({ id }: StoredItem, name: string): Promise<void> {
  const blob = await thumbnailBlob(id).catch(notifyError);
  if (!blob) return;
  askAbout(blob, name);
  show('ask');
}

async function remove(id: string): Promise<void> {
  try {
    await (await collection()).delete(id);
  } catch (error) {
    notifyError(error);
  }
}
