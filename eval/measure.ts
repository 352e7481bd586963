/** Runs retrieval and similarity tasks and computes the rows of results. */
import { dot } from '../workers/embedder/vector.ts';
import { mean } from '../workers/statistics.ts';
import { interval } from './bootstrap.ts';
import type { Ask, Row, Search, Similarity, System, Think } from './family.ts';
import { ranking, score, spearman } from './metrics.ts';
import type { AskOptions, PageAsk } from './page/page.ts';
import type { Embedded, Session } from './session.ts';

export type Measured = Omit<Row, 'suite' | 'family' | 'system'>;

export interface Meter {
  search(search: Search, system: System, think: Think): Promise<Measured[]>;
  similarity(similarity: Similarity, think: Exclude<Think, 'shuffled'>, seed: number): Promise<Measured[]>;
}

/** Inputs to embed, and the options. */
interface Job {
  asks: readonly PageAsk[];
  options: AskOptions;
}

/** Create one per opened model: it caches targets that several families share, and keeps the traces of `full` for `shuffled`. */
export function createMeter(session: Session): Meter {
  const targets = new Map<string, Embedded>();
  const traces = new Map<Search, readonly string[]>();
  /** By search: the queries whose target is found first without a trace. */
  const firstWithout = new Map<Search, readonly boolean[]>();

  /** Embeds targets, except those that were embedded before; texts in batches. */
  async function embedTargets({ asks, options }: Job): Promise<Embedded[]> {
    const keyOf = (ask: PageAsk) => JSON.stringify([ask, options]);
    const missing = asks.filter((ask) => !targets.has(keyOf(ask)));
    const found = await (missing.some(shows) ? session.embed : session.embedMany)(missing, options);
    for (const [i, ask] of missing.entries()) targets.set(keyOf(ask), found[i] as Embedded);
    return asks.map((ask) => targets.get(keyOf(ask)) as Embedded);
  }

  /** One side of a task as a system embeds it; null if it needs traces that do not exist. */
  function jobOf(search: Search, which: 'queries' | 'targets', system: System, think: Think): Job | null {
    const role = which === 'queries' ? 'query' : 'document';
    const asks = search[which];
    // The other side is embedded without traces, as in an index, and because that retrieves best (training/LOG.md).
    const mode = search.thinks === which ? think : 'never';
    if (mode === 'never' || mode === 'auto' || (mode !== 'shuffled' && system !== 'TTE_t')) {
      return { asks: asks.map((ask) => plain(ask)), options: { think: mode, role } };
    }
    const form = mode === 'answer' ? 'answer' : 'full';
    const known = system === 'TTE_t' ? asks.map(({ teacher }) => teacher?.[form]) : traces.get(search);
    if (!known?.every((trace) => trace !== undefined)) return null;
    const given = mode === 'shuffled' ? shuffled(known) : known;
    return { asks: asks.map((ask, i) => plain(ask, given[i])), options: { think: form, role } };
  }

  return {
    async search(search, system, think) {
      const [asked, pool] = [
        jobOf(search, 'queries', system, think),
        jobOf(search, 'targets', system, think),
      ];
      if (!asked || !pool || asked.asks.length === 0) return [];
      const queries = await session.embed(asked.asks, asked.options);
      const found = await embedTargets(pool);
      const thought = search.thinks === 'queries' ? queries : found;
      if (think === 'full' && system !== 'TTE_t')
        traces.set(
          search,
          thought.map(({ trace }) => trace ?? ''),
        );
      const vectors = found.map(({ vector }) => vector);
      const ranked = queries.map(({ vector }, i) =>
        ranking(vector, vectors).filter(
          (at) => at !== search.self?.[i] && (search.among?.[i]?.includes(at) ?? true),
        ),
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
      if (search.paired) {
        const first = ranked.map((order, i) => search.relevant[i]?.has(order[0] as number) === true);
        const before = firstWithout.get(search);
        if (think === 'never') firstWithout.set(search, first);
        else if (before) {
          Object.assign(rows[0] as Measured, {
            better: first.filter((is, i) => is && !before[i]).length,
            worse: first.filter((is, i) => !is && before[i]).length,
          });
        }
      }
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

    async similarity({ pairs }, think, seed) {
      const found = await session.embedMany(
        pairs.flatMap(({ a, b }) => [plain(a), plain(b)]),
        { think, role: 'query' },
      );
      const judged = pairs.map(({ score }, i) => ({
        score,
        cosine: dot((found[2 * i] as Embedded).vector, (found[2 * i + 1] as Embedded).vector),
      }));
      const correlation = (some: typeof judged) =>
        spearman(
          some.map(({ cosine }) => cosine),
          some.map(({ score }) => score),
        );
      return [
        {
          think,
          metric: 'spearman',
          value: correlation(judged),
          interval: interval(judged, seed, correlation),
          n: pairs.length,
          tokens: mean(found.map(({ tokens }) => tokens)),
          ms: mean(found.map(({ ms }) => ms)),
        },
      ];
    },
  };
}

function shows({ image, frames, pages }: PageAsk): boolean {
  return (image ?? frames ?? pages) !== undefined;
}

function plain({ teacher: _, ...ask }: Ask, trace?: string): PageAsk {
  return { ...ask, ...(trace !== undefined && { trace }) };
}

/** Replaces each trace with the next one whose text differs. */
function shuffled(traces: readonly string[]): string[] {
  return traces.map((own, i) => {
    const others = [...traces.slice(i + 1), ...traces.slice(0, i)];
    return others.find((other) => other !== own) ?? own;
  });
}

function share(values: readonly boolean[]): number {
  return mean(values.map((value) => (value ? 100 : 0)));
}
