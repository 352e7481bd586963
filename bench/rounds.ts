/** Measures contenders in rounds, in each of which all of them run alternately. */
import { median } from '../workers/statistics.ts';
import { type Measured, type Row, spread } from './row.ts';

/** Something that can be measured: each call of `run` returns one figure. */
export interface Contender {
  run(): Promise<number>;
  end(): void | Promise<void>;
}

export interface Entry {
  threads: number | null;
  contender: Contender;
}

export interface Plan {
  /** Runs of each contender in a round. */
  runs: number;
  /** Unmeasured runs before the first round, since engines optimize code that has run often. */
  warmups: number;
  /** @default 3, the smallest number in which one outlier can be recognised */
  rounds?: number;
}

export type Comparison = Omit<Row, 'name' | 'unit' | 'peer'>;

/** The runtime's threads keep spinning for a while after a run, which must not slow down the next contender. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

/**
 * Our side is judged by its first entry, the peer by the better of its entries. Ends all contenders.
 * @param isBusy resolves to whether other programs are using the machine
 */
export async function measureRounds(
  ours: readonly Entry[],
  theirs: readonly Entry[],
  { runs, warmups, rounds = 3 }: Plan,
  isBusy: () => Promise<boolean>,
): Promise<Comparison> {
  const all = [...ours, ...theirs];
  /** Medians of the rounds, by entry. */
  const figures = new Map(all.map((entry) => [entry, [] as number[]]));
  const of = (entry: Entry) => figures.get(entry) as number[];
  let busyRounds = 0;
  for (const { contender } of all) for (let run = 0; run < warmups; run++) await contender.run();
  for (let round = 0; round < rounds; round++) {
    const wasBusy = await isBusy();
    const times = new Map(all.map((entry) => [entry, [] as number[]]));
    for (let run = 0; run < runs; run++) {
      for (const entry of all) {
        await settle();
        times.get(entry)?.push(await entry.contender.run());
      }
    }
    for (const entry of all) of(entry).push(median(times.get(entry) as number[]));
    if ((await isBusy()) || wasBusy) busyRounds++;
  }
  for (const { contender } of all) await contender.end();

  const [first, ...others] = ours as readonly [Entry, ...Entry[]];
  const [best, ...slower] = [...theirs].sort((a, b) => median(of(a)) - median(of(b))) as [Entry, ...Entry[]];
  const ratios = of(first).map((figure, round) => (of(best)[round] as number) / figure);
  const measured = (entry: Entry, other: Entry | undefined): Measured => ({
    threads: entry.threads,
    ...spread(of(entry)),
    otherThreads: other ? { threads: other.threads as number, ...spread(of(other)) } : null,
  });
  return {
    ours: measured(first, others[0]),
    theirs: measured(best, slower[0]),
    ratio: { median: median(ratios), worst: Math.min(...ratios) },
    rounds,
    busyRounds,
  };
}
