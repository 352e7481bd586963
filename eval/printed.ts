/** Measures searches among pictures of printed text: in an index that reads them, in one that does not, and in one of the same texts as text. */
import { mean } from '../workers/statistics.ts';
import { compare, interval } from './bootstrap.ts';
import type { PrintSearch, System, Think } from './family.ts';
import { cost } from './indexed.ts';
import type { Measured } from './measure.ts';
import { score } from './metrics.ts';
import type { PageAsk } from './page/page.ts';
import type { Session } from './session.ts';

/** By vectors alone, and as the package searches by default. */
const SEARCHES = [
  { think: 'never', words: false },
  { think: 'auto', words: true },
] as const;

/** What an index holds. */
interface Content {
  family: string;
  asks: readonly PageAsk[];
  think: 'never' | 'auto';
}

/** @param keep is given the rows of each index and way to search as soon as they are there; their `think` is how the pictures were indexed */
export async function measurePrinted(
  search: PrintSearch,
  {
    session,
    system,
    thinks,
    seed,
  }: { session: Session; system: System; thinks: readonly Think[]; seed: number },
  keep: (family: string, rows: Measured[]) => void,
): Promise<void> {
  const { family, metrics, queries, relevant } = search;
  if (system === 'TTE_t') return;
  const modes = (['never', 'auto'] as const).filter((think) => thinks.includes(think));
  const contents: Content[] = modes.map((think) => ({
    family,
    asks: search.pictures.map((image) => ({ image })),
    think,
  }));
  if (search.texts) {
    const asks = search.texts.map((text) => ({ text }));
    contents.unshift({ family: `${family}/as-text`, asks, think: 'never' });
  }
  console.log(`${family}: ${queries.length} queries among ${search.pictures.length} pictures`);
  /** By metric and way to search: the values of the first index. */
  const first = new Map<string, number[]>();
  for (const { family, asks, think } of contents) {
    const failed = await session.fillIndex(asks, think);
    if (failed > 0) console.log(`${family}: ${failed} could not be embedded, and are not found`);
    for (const how of SEARCHES) {
      const found = await session.searchIndex(queries, how);
      const rows = metrics.flatMap((metric): Measured[] => {
        const values = found.map(({ documents }, i) =>
          score(metric, documents, relevant[i] as ReadonlyMap<number, number>),
        );
        const key = `${metric} ${how.words}`;
        const before = first.get(key);
        if (!before) first.set(key, values);
        const value = mean(values);
        const row = { ...cost(found), think, words: how.words };
        const measured = { ...row, metric, value, interval: interval(values, seed) };
        if (!before) return [measured];
        const share = { ...row, metric: 'of-text', value: (100 * value) / mean(before) } as const;
        const hasBound = search.texts !== undefined && metric === metrics[0] && mean(before) > 0;
        return [{ ...measured, ...compare(before, values) }, ...(hasBound ? [share] : [])];
      });
      keep(family, rows);
    }
    await session.dropIndex();
  }
}
