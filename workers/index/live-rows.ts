/** The items of an index as it is now, without reading them. */
import type { IndexState } from './index-state.ts';

/** Ids by row, in the order of the rows: that in which items were added. */
export async function idsByRow({ table, catalog }: IndexState): Promise<Map<number, string>> {
  const known = await catalog.byId();
  return new Map(
    [...known]
      .filter(([, row]) => table.live[row] === 1)
      .map(([id, row]) => [row, id] as const)
      .sort(([a], [b]) => a - b),
  );
}
