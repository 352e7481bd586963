/** Full text of an index: made at the first search that asks for it, and kept up to its rows from search to search. */
import { yieldToEventLoop } from '../reasoner/yield-to-event-loop.ts';
import { publicItem } from './catalog.ts';
import { createFullText, type FullText } from './full-text.ts';
import type { IndexState } from './index-state.ts';
import type { Table } from './table.ts';

/** Items taken in between two looks at messages. */
const STEP = 512;

export interface FullTextSync {
  /** The full text, with all items that are there. */
  current(state: IndexState): Promise<FullText>;
}

export function createFullTextSync(): FullTextSync {
  let of: Table | null = null;
  let fullText = createFullText();
  let taken = new Map<number, string>(); // ids by row
  let updating: Promise<unknown> = Promise.resolve();

  async function update({ table, catalog }: IndexState): Promise<FullText> {
    if (of !== table) [of, fullText, taken] = [table, createFullText(), new Map()];
    const { live, size } = table;
    const gone = [...taken.keys()].filter((row) => live[row] === 0);
    fullText.remove(gone.map((row) => taken.get(row) as string));
    for (const row of gone) taken.delete(row);
    const rows: number[] = [];
    for (let row = 0; row < size; row++) if (live[row] === 1 && !taken.has(row)) rows.push(row);
    for (let i = 0; i < rows.length; i += STEP) {
      const some = rows.slice(i, i + STEP);
      const items = await catalog.items(some);
      fullText.add(items.map(publicItem));
      for (const [j, row] of some.entries()) taken.set(row, (items[j] as { id: string }).id);
      await yieldToEventLoop();
    }
    return fullText;
  }

  return {
    current(state) {
      const updated = updating.catch(() => {}).then(() => update(state));
      updating = updated;
      return updated;
    },
  };
}
