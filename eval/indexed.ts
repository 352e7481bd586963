/** Measures searches in an index: by vectors alone, with words, and as the package decides by itself. */
import { mean } from '../workers/statistics.ts';
import { compare, interval } from './bootstrap.ts';
import type { IndexSearch, System, Think } from './family.ts';
import type { Measured } from './measure.ts';
import { type Metric, score } from './metrics.ts';
import type { Found } from './page/page.ts';
import type { Session } from './session.ts';

/** In this order; the first is what the others are compared with. */
const MODES: readonly { think: Exclude<Think, 'shuffled'>; words: boolean }[] = [
  { think: 'never', words: false },
  { think: 'never', words: true },
  { think: 'auto', words: true },
  { think: 'answer', words: true },
];

/** @param keep is given the rows of each mode as soon as they are there */
export async function measureIndexed(
  search: IndexSearch,
  {
    session,
    system,
    thinks,
    seed,
  }: { session: Session; system: System; thinks: readonly Think[]; seed: number },
  keep: (rows: Measured[]) => void,
): Promise<void> {
  if (search.queries.length === 0 || system === 'TTE_t') return;
  const failed = await session.fillIndex(
    search.documents.map((text) => ({ text })),
    'never',
  );
  if (failed > 0)
    console.log(`${search.family}: ${failed} passages could not be embedded, and are not found`);
  const first = new Map<Metric, number[]>();
  const rowsOf = (found: readonly Answered[], mode: Pick<Measured, 'think' | 'words' | 'stage'>) =>
    search.metrics.map((metric): Measured => {
      const values = found.map(({ documents }, i) =>
        score(metric, documents, search.relevant[i] as ReadonlyMap<number, number>),
      );
      if (!first.has(metric)) first.set(metric, values);
      return {
        ...cost(found),
        ...mode,
        metric,
        value: mean(values),
        interval: interval(values, seed),
        ...compare(first.get(metric) as number[], values),
      };
    });
  for (const mode of MODES.filter(({ think }) => thinks.includes(think))) {
    const found = await session.searchIndex(search.queries, mode);
    if (mode.think === 'auto') {
      const quick = found.map(({ quick }) => ({ ...quick, tokens: 0 }));
      keep(rowsOf(quick, { ...mode, stage: 'quick' }));
    }
    const rows = rowsOf(found, mode);
    if (mode.think === 'auto') {
      const thought = mean(found.map(({ tokens }) => (tokens > 0 ? 100 : 0)));
      rows.push({ ...cost(found), ...mode, metric: 'thought', value: thought });
    }
    keep(rows);
  }
  await session.dropIndex();
}

type Answered = Omit<Found, 'quick'>;

export function cost(found: readonly Answered[]): Pick<Measured, 'n' | 'tokens' | 'ms'> {
  return {
    n: found.length,
    tokens: mean(found.map(({ tokens }) => tokens)),
    ms: mean(found.map(({ ms }) => ms)),
  };
}
