/** For tests: items, what a collection holds, and a store that dies. */
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import type { WireInput } from '../../src/shared/protocol.ts';
import { normalize } from '../embedder/vector.ts';
import { Collection, type CollectionContext } from '../index/collection.ts';
import type { IndexState } from '../index/index-state.ts';
import type { NewItem } from '../index/new-items.ts';
import type { IndexManifest } from '../index/segments.ts';
import { type Input, textInput } from '../pipeline/input.ts';
import type { Platform } from '../platform/types.ts';
import { memoryStore, type Store } from '../storage/database.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import type { Acquire } from '../storage/locks.ts';

export const DIMENSIONS = 8;

export const space = (name = 'a'): SpaceManifest => ({
  format: 1,
  space: name,
  dimensions: DIMENSIONS,
  metric: 'cosine',
  normalised: true,
  embedder: { id: 'e', revision: '1', dtype: 'fp32' },
  prompts: null,
  think: 'never',
  reasoner: null,
});

/** Its vector follows from its id, and so do passages, which half of the items have. */
export function item(id: string, metadata = {}): NewItem {
  const codes = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  const vectorOf = (turn: number) =>
    normalize(Float32Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(codes * (i + 1) + turn)));
  const passages = [
    { start: 0, end: 4, vector: vectorOf(1) },
    { start: 5, end: 8 + id.length, vector: vectorOf(2) },
  ];
  return {
    id,
    vector: vectorOf(0),
    ...(codes % 2 === 0 && { passages }),
    text: `text of ${id}`,
    metadata,
    trace: null,
    contentHash: `hash of ${id}`,
    thumbnail: { type: 'image/webp', bytes: new ArrayBuffer(4) },
  };
}

export const many = (prefix: string, count: number): NewItem[] =>
  Array.from({ length: count }, (_, i) => item(`${prefix}${i}`));

/** A tab that has an index open, in one space. */
export interface Tab {
  read<T>(operation: (state: IndexState) => Promise<T>): Promise<T>;
  manifest(): Promise<IndexManifest>;
  append(items: readonly NewItem[]): Promise<Set<string>>;
  remove(...ids: readonly string[]): Promise<void>;
  compact(): Promise<void>;
  collection: Collection;
}

/** Makes the index where there is none. */
export async function openTab(
  context: Omit<CollectionContext, 'announce'>,
  spaceName?: string,
): Promise<Tab> {
  const collection = new Collection({ ...context, announce: () => {} });
  const demand = async () => space(spaceName);
  await collection.create(demand);
  return {
    collection,
    read: (operation) => collection.read(demand, operation),
    manifest: () => collection.read(demand, async ({ manifest }) => manifest as IndexManifest),
    async append(items) {
      const { incarnation } = (await collection.create(demand)) as IndexManifest;
      return collection.append({ demand, incarnation }, items);
    },
    remove: (...ids) =>
      collection.change(demand, async ({ catalog }) => {
        const rows = await catalog.byId();
        return { items: [], rows: new ArrayBuffer(0), removed: ids.map((id) => rows.get(id) as number) };
      }),
    compact: () => collection.compact(true),
  };
}

/** Everything a tab sees, in order. @throws Error where ids, vectors, passages, items and counts do not agree */
export function contents(tab: Pick<Tab, 'read'>): Promise<[id: string, vector: number[]][]> {
  return tab.read(async ({ table, catalog, manifest }) => {
    const rows = [...Array(table.size).keys()].filter((row) => table.live[row] === 1);
    const [vectors, passages] = await Promise.all([table.vectors(), table.passages()]);
    const [items, ids] = [await catalog.items(rows), await catalog.byId()];
    if (rows.length !== (manifest?.count ?? 0))
      throw new Error(`${rows.length} rows, ${manifest?.count} expected`);
    return items.map(({ id, text }, i) => {
      const vector = vectors.vector(rows[i] as number);
      const off = item(id).vector.some((x, j) => Math.abs(x - (vector[j] as number)) > 1e-4);
      const own = passages.of(rows[i] as number, null).map(({ start, end }) => ({ start, end }));
      const made = (item(id).passages ?? []).map(({ start, end }) => ({ start, end }));
      const scores = (item(id).passages ?? []).map(
        (passage, j) => passages.of(rows[i] as number, passage.vector)[j]?.score ?? 0,
      );
      if (JSON.stringify(own) !== JSON.stringify(made) || scores.some((score) => Math.abs(score - 1) > 1e-4))
        throw new Error(`the passages of ${id} are not whole`);
      if (ids.get(id) !== rows[i] || text !== `text of ${id}` || off) throw new Error(`${id} is not whole`);
      return [id, [...vector]] as [string, number[]];
    });
  });
}

export const idsOf = async (tab: Pick<Tab, 'read'>): Promise<string[]> =>
  (await contents(tab)).map(([id]) => id);

/**
 * A store whose owner dies at its n-th writing step: before the write begins, while it is under way (told, not waited for), or
 * when it is done but not yet acknowledged. `onDeath` is called, with the write that is under way; afterwards no call is answered.
 */
export function mortal(
  store: Store,
  step: number,
  when: 'before' | 'during' | 'after',
  onDeath: (write: Promise<void>) => void,
): Store {
  let steps = 0;
  const strike = async (write: () => Promise<void>): Promise<void> => {
    if (++steps < step) return write();
    if (steps === step) {
      const underWay = when === 'before' ? Promise.resolve() : write();
      if (when === 'after') await underWay;
      onDeath(underWay);
    }
    return new Promise<never>(() => {});
  };
  return {
    ...store,
    set: (entries) => strike(() => store.set(entries)),
    remove: (keys) => strike(() => store.remove(keys)),
  };
}

/** Writes in every way there is. `acknowledged` receives the ids that must be there from now on, and those that must not. */
export async function writeAll(
  writer: Tab,
  acknowledged: (there: readonly string[], gone: readonly string[]) => void,
): Promise<void> {
  const there = new Set<string>();
  const gone: string[] = [];
  const tell = () => acknowledged([...there], gone);
  for (let n = 0; n < 3; n++) {
    await writer.append(many(`s${n}-`, 70));
    for (const { id } of many(`s${n}-`, 70)) there.add(id);
    tell();
  }
  await writer.append([item('s0-0')]);
  there.delete('s1-0'); // may be there or not while it is being removed
  tell();
  await writer.remove('s1-0');
  gone.push('s1-0');
  tell();
  await writer.compact();
  await writer.append([item('end')]);
  there.add('end');
  tell();
}

export const NAME = 'notes / 1';

/** One lock for all "tabs" of a test. */
export function lock(): Acquire {
  let tail: Promise<void> = Promise.resolve();
  return async () => {
    const before = tail;
    let release = () => {};
    tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  };
}

export interface World {
  store: Store;
  tab(space?: string): Promise<Tab>;
}

export function world(store: Store = memoryStore(), acquire = lock()): World {
  return { store, tab: (space) => openTab({ store, name: NAME, acquire }, space) };
}

/** Texts only: there is nothing that decodes. */
export const openText = (wire: WireInput): Input => ({
  ...textInput(wire.text),
  instruction: wire.instruction,
  trace: wire.trace ?? null,
});

/** Nobody listens. */
export const openChannel: Platform['openChannel'] = () => ({ postMessage() {}, onmessage: null, close() {} });

/** For what fetches nothing. */
export const noFetcher: Fetcher = {
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
  isOwn: () => true,
  isLocal: () => false,
};
