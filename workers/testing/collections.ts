/** For tests: items, what a collection holds, and a store that dies. */
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Collection, NewItem } from '../index/collection.ts';
import type { Store } from '../storage/database.ts';

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

/** Its vector follows from its id. */
export function item(id: string, metadata = {}): NewItem {
  const codes = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  return {
    id,
    vector: normalize(Float32Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(codes * (i + 1)))),
    text: `text of ${id}`,
    metadata,
    trace: null,
    contentHash: `hash of ${id}`,
    thumbnail: { type: 'image/webp', bytes: new ArrayBuffer(4) },
  };
}

export const many = (prefix: string, count: number): NewItem[] =>
  Array.from({ length: count }, (_, i) => item(`${prefix}${i}`));

/** Everything a tab sees, in order. @throws Error where ids, vectors, items and counts do not agree */
export function contents(tab: Collection): Promise<[id: string, vector: number[]][]> {
  return tab.read(async () => {
    const { table, catalog, manifest } = tab;
    const rows = [...Array(table.size).keys()].filter((row) => table.live[row] === 1);
    const vectors = await table.vectors();
    const [items, ids] = [await catalog.items(rows), await catalog.byId()];
    if (rows.length !== manifest.count) throw new Error(`${rows.length} rows, ${manifest.count} expected`);
    return items.map(({ id, text }, i) => {
      const vector = vectors.vector(rows[i] as number);
      const off = item(id).vector.some((x, j) => Math.abs(x - (vector[j] as number)) > 1e-4);
      if (ids.get(id) !== rows[i] || text !== `text of ${id}` || off) throw new Error(`${id} is not whole`);
      return [id, [...vector]] as [string, number[]];
    });
  });
}

export const idsOf = async (tab: Collection): Promise<string[]> => (await contents(tab)).map(([id]) => id);

export async function remove(tab: Collection, ...names: string[]): Promise<void> {
  await tab.change(async () => {
    const ids = await tab.catalog.byId();
    return { items: [], rows: new ArrayBuffer(0), removed: names.map((name) => ids.get(name) as number) };
  });
}

/**
 * A store whose owner dies at its n-th writing step: before the write begins, while it is under way (told, not waited for), or
 * when it is done but nobody knows. `onDeath` is told; afterwards nothing is answered any more.
 */
export function mortal(
  store: Store,
  step: number,
  when: 'before' | 'during' | 'after',
  onDeath: () => void,
): Store {
  let steps = 0;
  const strike = async (write: () => Promise<void>): Promise<void> => {
    if (++steps < step) return write();
    if (steps === step) {
      if (when === 'during') void write();
      if (when === 'after') await write();
      onDeath();
    }
    return new Promise<never>(() => {});
  };
  return {
    ...store,
    set: (entries) => strike(() => store.set(entries)),
    remove: (keys) => strike(() => store.remove(keys)),
  };
}

/** Writes in every way there is. `acknowledged` is told which ids must be there from now on, and which must not. */
export async function writeAll(
  writer: Collection,
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
  await remove(writer, 's1-0');
  gone.push('s1-0');
  tell();
  await writer.compact(true);
  await writer.append([item('end')]);
  there.add('end');
  tell();
}
