/** The map of the collection: positions of its items, the selection, and the similarities within it. */
import { batch, computed, effect, signal } from '@preact/signals';
import { cosineSimilarity, type MapPoint, type StoredItem, type VectorIndex } from 'think-then-embed';
import { text } from '../strings.ts';
import { changes, collection, count } from './collection.ts';
import { notifyError } from './notices.ts';

export interface Place extends MapPoint {
  item: StoredItem;
}

export interface Matrix {
  items: readonly StoredItem[];
  /** Cosine similarities, row by row. */
  scores: readonly (readonly number[])[];
}

/** A map of fewer items would be meaningless. */
export const MIN_ITEMS = 5;
/** Maximum number of rows and columns of the similarity matrix. */
export const MAX_MATRIX_ITEMS = 12;

export const places = signal<readonly Place[]>([]);
/** Progress from 0 to 1 while the map is being laid out, else null. */
export const isDrawing = signal<number | null>(null);
/** Index into `places` of the item under the pointer or reached with the arrow keys. */
export const current = signal<number | null>(null);
/** Ids, in the order they were selected. */
export const selected = signal<ReadonlySet<string>>(new Set());
export const matrix = signal<Matrix | null>(null);

/** The selected items that still exist. */
export const selection = computed(() => {
  const ids = selected.value;
  return places.value.filter(({ id }) => ids.has(id));
});

const PAGE = 1000;
/** Milliseconds between two updates of the map while items are being added. */
const PAUSE = 600;
let drawer: AbortController | null = null;
/** The value of `changes` for which the map was drawn. */
let drawn = -1;
let seed = 1;
let timer = 0;

/** Places new items on the existing map; `anew` computes a new layout. */
export async function drawMap(anew = false): Promise<void> {
  drawer?.abort();
  const own = new AbortController();
  drawer = own;
  isDrawing.value = 0;
  if (anew) seed++;
  try {
    const index = await collection();
    drawn = changes.peek();
    const earlier = anew ? [] : places.peek().map(({ id, x, y }) => ({ id, x, y }));
    const points = await index.project2d({
      earlier,
      seed,
      signal: own.signal,
      onProgress: (done) => {
        if (drawer === own) isDrawing.value = done;
      },
    });
    const items = await itemsOf(index);
    if (drawer !== own) return;
    batch(() => {
      current.value = null;
      places.value = points.flatMap((point) => {
        const item = items.get(point.id);
        return item ? [{ ...point, item }] : [];
      });
    });
  } catch (error) {
    notifyError(error);
  } finally {
    if (drawer === own) {
      drawer = null;
      isDrawing.value = null;
    }
  }
}

export function stopDrawing(): void {
  drawer?.abort();
}

/** Schedules a redraw after a change of the collection, at most one per pause. */
export function updateMap(): void {
  if (timer) return;
  timer = window.setTimeout(
    () => {
      timer = 0;
      if (isDrawing.peek() === null && drawn !== changes.peek()) void drawMap();
    },
    places.peek().length === 0 ? 0 : PAUSE,
  );
}

export function kindOf({ metadata }: StoredItem): string {
  return typeof metadata.kind === 'string' && metadata.kind in text.map.kinds ? metadata.kind : 'other';
}

export function select(ids: readonly string[]): void {
  selected.value = new Set(ids);
}

export function toggle(id: string): void {
  const ids = new Set(selected.value);
  if (!ids.delete(id)) ids.add(id);
  selected.value = ids;
}

async function itemsOf(index: VectorIndex): Promise<Map<string, StoredItem>> {
  const items = new Map<string, StoredItem>();
  for (let offset = 0; ; offset += PAGE) {
    const list = await index.list({ offset, limit: PAGE });
    for (const item of list) items.set(item.id, item);
    if (list.length < PAGE) return items;
  }
}

async function compare(items: readonly StoredItem[]): Promise<Matrix> {
  const index = await collection();
  const found = await Promise.all(items.map(async (item) => ({ item, vector: await index.vector(item.id) })));
  // An item may have been deleted in the meantime.
  const there = found.flatMap(({ item, vector }) => (vector ? [{ item, vector }] : []));
  return {
    items: there.map(({ item }) => item),
    scores: there.map(({ vector }) => there.map((other) => cosineSimilarity(vector, other.vector))),
  };
}

effect(() => {
  const wanted = selection.value.slice(0, MAX_MATRIX_ITEMS);
  if (wanted.length < 2) {
    matrix.value = null;
    return;
  }
  let isLast = true;
  compare(wanted.map(({ item }) => item)).then((made) => {
    if (isLast) matrix.value = made;
  }, notifyError);
  return () => {
    isLast = false;
  };
});

/** Each model has a collection of its own. */
effect(() => {
  if (count.value !== null) return;
  drawer?.abort();
  drawn = -1;
  batch(() => {
    places.value = [];
    selected.value = new Set();
  });
});
