/** Rows as lines of text. */
import {
  type AnyRow,
  type CountsRow,
  GPU_COUNTS,
  type LoadingRow,
  type Measured,
  type MemoryRow,
  type Row,
  type SearchRow,
} from './row.ts';

/** @param worst only the worst round of each row */
export function lineOf(row: AnyRow, worst: boolean): string {
  if ('engine' in row) return searchLine(row);
  if ('ourCounts' in row) return countsLine(row);
  if ('steps' in row) return loadingLines(row);
  if (!('rounds' in row)) return memoryLine(row);
  const { name, ours, theirs, unit, ratio, rounds, busyRounds } = row;
  const parts = [
    worst
      ? `${name}: ratio ${ratio.worst.toFixed(2)} in the worst of ${rounds} rounds`
      : `${name}: ratio ${ratio.median.toFixed(2)}, in the worst round ${ratio.worst.toFixed(2)}`,
    `${side(ours)} against ${side(theirs)} ${unit}`,
  ];
  if (busyRounds > 0) parts.push(`the machine was too busy to judge ${busyRounds} of ${rounds} rounds`);
  return parts.join('; ');
}

/** What is to be said of the whole run, if other programs were using the machine. */
export function busyLine(rows: readonly AnyRow[]): string | null {
  const timed = rows.filter((row) => 'busyRounds' in row);
  const count = (of: (row: Row) => number) => timed.reduce((sum, row) => sum + of(row), 0);
  const [busy, all] = [count(({ busyRounds }) => busyRounds), count(({ rounds }) => rounds)];
  if (busy === 0) return null;
  return `The machine was busy in ${busy} of ${all} rounds: measure again when it is idle.`;
}

function side({ threads, otherThreads, median, best, worst }: Measured): string {
  const figures = `${median.toFixed(2)} (${best.toFixed(2)} to ${worst.toFixed(2)})`;
  const other = otherThreads && `, ${otherThreads.threads}: ${otherThreads.median.toFixed(2)}`;
  return threads === null ? figures : `${figures} [threads ${threads}${other ?? ''}]`;
}

function searchLine({ name, engine, best, p50, p95, recall, build, open, bytes }: SearchRow): string {
  const parts = [
    `best ${best.toFixed(2)} ms`,
    `p50 ${p50.toFixed(2)} ms`,
    `p95 ${p95.toFixed(2)} ms`,
    recall === null ? '' : `recall@10 ${recall.toFixed(4)}`,
    `build ${(build / 1000).toFixed(1)} s`,
    open === null ? '' : `open ${open.toFixed(0)} ms`,
    bytes === null ? '' : `${(bytes / 1e6).toFixed(0)} MB`,
  ];
  return `${name}, ${engine}: ${parts.filter(Boolean).join(', ')}`;
}

function countsLine({ name, ourCounts, theirCounts }: CountsRow): string {
  const figure = (count: number) => (count % 1 ? count.toFixed(1) : `${count}`);
  return `${name}: ${GPU_COUNTS.map((count) => `${count} ${figure(ourCounts[count])} : ${figure(theirCounts[count])}`).join(', ')}`;
}

function loadingLines({ name, total, steps }: LoadingRow): string {
  const lines = steps.map(
    (step) =>
      `  ${step.from.toFixed(0).padStart(5)} to ${step.to.toFixed(0).padStart(5)}, ${step.spent.toFixed(0).padStart(5)} ms: ${step.name}`,
  );
  return [`${name}: first vector after ${total.toFixed(0)} ms`, ...lines].join('\n');
}

function memoryLine({ name, ours, theirs }: MemoryRow): string {
  const megabytes = (bytes: number | undefined) => (bytes === undefined ? '–' : (bytes / 1e6).toFixed(0));
  const pair = (key: 'peak' | 'rest') => `${megabytes(ours[key])} : ${megabytes(theirs?.[key])} MB`;
  return `${name}: at its highest ${pair('peak')}, at rest ${pair('rest')}`;
}
