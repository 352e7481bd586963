/** What has been measured of the curves so far. */
import type { CurveName, Point } from '../row.ts';

/** A curve is of one machine. */
export interface Measured {
  /** Of the last point. */
  date: string;
  machine: string;
  /** Whether other programs were using the machine at any of the points. */
  busy: boolean;
  /** By size. */
  points: Point[];
}

export type Known = Partial<Record<CurveName, Measured | undefined>>;

/** The sizes that have not been measured on this machine. */
export function missing(
  known: Known,
  name: CurveName,
  machine: string,
  sizes: readonly number[],
): readonly number[] {
  const measured = known[name];
  if (measured?.machine !== machine) return sizes;
  return sizes.filter((size) => !measured.points.some((point) => point.size === size));
}

/** With one more point; those of another machine go. */
export function withPoint(
  known: Known,
  name: CurveName,
  point: Point,
  { date, machine, busy }: Omit<Measured, 'points'>,
): Known {
  const before = known[name]?.machine === machine ? known[name] : undefined;
  const others = (before?.points ?? []).filter(({ size }) => size !== point.size);
  const points = [...others, point].sort((a, b) => a.size - b.size);
  return { ...known, [name]: { date, machine, busy: busy || (before?.busy ?? false), points } };
}
