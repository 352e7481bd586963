/** From searches and similarities to rows. */
import type { Ask, Row, Search, Similarity, System, Think } from './family.ts';
import { dot, mean, ranking, score, spearman } from './metrics.ts';
import type { AskOptions, PageAsk } from './page/page.ts';
import type { Embedded, Session } from './session.ts';

export type Measured = Omit<Row, 'suite' | 'family' | 'system'>;

export interface Meter {
  search(search: Search, system: System, think: Think): Promise<Measured[]>;
  /** @param most pairs to compare */
  similarity(similarity: Similarity, think: Exclude<Think, 'shuffled'>, most: number): Promise<Measured[]>;
}

/** What is embedded, and how. */
interface Job {
  asks: readonly PageAsk[];
  options: AskOptions;
}

/** One for each opened model: it remembers targets that several families share, and the traces of `full` for `shuffled`. */
export function createMeter(session: Session): Meter {
  const targets = new Map<string, Embedded>();
  const traces = new Map<Search, readonly string[]>();

  /** Targets that are not known yet, texts in batches. */
  async function embedTargets({ asks, options }: Job): Promise<Embedded[]> {
    const keys = asks.map((ask) => JSON.stringify([ask, options]));
    const missing = asks.filter((_, i) => !targets.has(keys[i] as string));
    const found = missing.length > 0 ? await session.embedMany(missing, options) : [];
    for (const [i, ask] of missing.entries())
      targets.set(JSON.stringify([ask, options]), found[i] as Embedded);
    return keys.map((key) => targets.get(key) as Embedded);
  }

  /** Both sides of a search, as a system's `think` has them; null where it needs a teacher and there is none. */
  function jobs(search: Search, system: System, think: Think): { queries: Job; targets: Job } | null {
    const side = (which: 'queries' | 'targets'): Job | null => {
      const role = which === 'queries' ? 'query' : 'target';
      const asks = search[which];
      const thinks = search.thinks === which;
      // The other side: pictures are told about in short, words stand for themselves.
      const own: Think = thinks
        ? think
        : think === 'never' || think === 'auto'
          ? think
          : which === 'queries'
            ? 'never'
            : 'answer';
      const words = !thinks && asks.every(({ image, frames, pages }) => !image && !frames && !pages);
      const mode = words && own === 'answer' ? 'never' : own;
      if (mode === 'never' || mode === 'auto')
        return { asks: asks.map((ask) => plain(ask)), options: { think: mode, role } };
      if (mode !== 'shuffled' && system !== 'TTE_t')
        return { asks: asks.map((ask) => plain(ask)), options: { think: mode, role } };
      const known =
        system === 'TTE_t'
          ? asks.map(({ teacher }) => teacher?.[mode === 'answer' ? 'answer' : 'full'])
          : traces.get(search);
      if (!known || known.some((trace) => trace === undefined)) return null;
      const given = mode === 'shuffled' ? shuffled(known as readonly string[]) : known;
      const options = { think: mode === 'answer' ? 'answer' : 'full', role } as const;
      return { asks: asks.map((ask, i) => plain(ask, given[i])), options };
    };
    const [queries, targets] = [side('queries'), side('targets')];
    return queries && targets && { queries, targets };
  }

  return {
    async search(search, system, think) {
      const both = jobs(search, system, think);
      if (!both) return [];
      const queries = await session.embed(both.queries.asks, both.queries.options);
      const found = await embedTargets(both.targets);
      const thought = search.thinks === 'queries' ? queries : found;
      if (think === 'full' && system !== 'TTE_t')
        traces.set(
          search,
          thought.map(({ trace }) => trace ?? ''),
        );
      const vectors = found.map(({ vector }) => vector);
      const ranked = queries.map(({ vector }, i) =>
        ranking(vector, vectors).filter((at) => at !== search.self?.[i]),
      );
      const cost = {
        think,
        n: queries.length,
        tokens: mean(thought.map(({ tokens }) => tokens)),
        ms: mean(thought.map(({ ms }) => ms)),
      };
      const rows: Measured[] = search.metrics.map((metric) => ({
        ...cost,
        metric,
        value: mean(
          ranked.map((order, i) => score(metric, order, search.relevant[i] as ReadonlyMap<number, number>)),
        ),
      }));
      if (think === 'auto') {
        rows.push({ ...cost, metric: 'thought', value: share(thought.map(({ trace }) => trace !== null)) });
      }
      if (search.isRight && system !== 'TTE_t' && (think === 'answer' || think === 'full')) {
        const right = queries.map(
          ({ trace }, i) => search.isRight?.(trace ?? '', search.queries[i]?.teacher?.full ?? '') === true,
        );
        rows.push({ ...cost, metric: 'finals', value: share(right) });
      }
      return rows;
    },

    async similarity({ pairs }, think, most) {
      const some = pairs.slice(0, most);
      const found = await session.embedMany(
        some.flatMap(({ a, b }) => [plain(a), plain(b)]),
        { think, role: 'target' },
      );
      const similar = some.map((_, i) =>
        dot((found[2 * i] as Embedded).vector, (found[2 * i + 1] as Embedded).vector),
      );
      return [
        {
          think,
          metric: 'spearman',
          value: spearman(
            similar,
            some.map(({ score }) => score),
          ),
          n: some.length,
          tokens: mean(found.map(({ tokens }) => tokens)),
          ms: mean(found.map(({ ms }) => ms)),
        },
      ];
    },
  };
}

function plain({ teacher: _, ...ask }: Ask, trace?: string): PageAsk {
  return { ...ask, ...(trace !== undefined && { trace }) };
}

/** Each gets the next one's that says something else. */
function shuffled(traces: readonly string[]): string[] {
  return traces.map((own, i) => {
    const others = [...traces.slice(i + 1), ...traces.slice(0, i)];
    return others.find((other) => other !== own) ?? own;
  });
}

function share(values: readonly boolean[]): number {
  return mean(values.map((value) => (value ? 100 : 0)));
}
