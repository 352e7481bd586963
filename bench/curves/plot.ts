/** A curve as an SVG picture: logarithmic axes, one line for each side. */
import type { Side } from '../row.ts';
import type { Measured } from './points.ts';

export interface Labels {
  title: string;
  size: string;
  ours: string;
  theirs: string;
}

const [WIDTH, HEIGHT] = [520, 340];
const FRAME = { left: 64, right: 16, top: 56, bottom: 66 };
/** Readable on white and on dark pages; also distinguishable by the dash alone. */
const LOOK: Record<Side, string> = {
  ours: 'stroke="#2563eb" fill="#2563eb"',
  theirs: 'stroke="#d97706" fill="#d97706" stroke-dasharray="6 4"',
};

/** @throws if there is no point, or one that has no place on a logarithmic axis */
export function plot({ points, date, machine, busy }: Measured, labels: Labels): string {
  const figures = points.flatMap(({ size, ours, theirs }) => [size, ours, theirs]);
  if (figures.length === 0 || figures.some((figure) => !(figure > 0 && figure < Number.POSITIVE_INFINITY)))
    throw new Error(`${labels.title}: there is nothing to plot, or not on logarithmic axes`);
  const x = scale(
    points.map(({ size }) => size),
    FRAME.left,
    WIDTH - FRAME.right,
  );
  const y = scale(
    points.flatMap(({ ours, theirs }) => [ours, theirs]),
    HEIGHT - FRAME.bottom,
    FRAME.top,
  );
  const bottom = HEIGHT - FRAME.bottom;
  const line = (side: Side) => {
    const spots = points.map((point) => [x(point.size), y(point[side])] as const);
    const path = spots.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
    const dots = spots.map(
      ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5" stroke-dasharray="none"/>`,
    );
    return `<g ${LOOK[side]} stroke-width="2"><polyline points="${path}" fill="none"/>${dots.join('')}</g>`;
  };
  const text = (px: number, py: number, content: string, anchor = 'middle', more = '') =>
    `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}" ${more}>${escaped(content)}</text>`;
  const note = `${date}, ${machine}${busy ? '; other programs were using it' : ''}`;
  const across = points.map(({ size }) => text(x(size), bottom + 18, short(size)));
  const up = decades(points.flatMap(({ ours, theirs }) => [ours, theirs])).map(
    (ms) =>
      `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${y(ms).toFixed(1)}" y2="${y(ms).toFixed(1)}" stroke="#8884"/>` +
      text(FRAME.left - 8, y(ms) + 4, `${short(ms)} ms`, 'end'),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#777">
<title>${escaped(labels.title)}</title>
${text(FRAME.left, 18, labels.title, 'start', 'font-size="14" font-weight="600"')}
${text(FRAME.left, 38, `● ${labels.ours}`, 'start', 'fill="#2563eb"')}
${text(FRAME.left + 190, 38, `● ${labels.theirs}`, 'start', 'fill="#d97706"')}
${up.join('\n')}
${across.join('\n')}
${text((FRAME.left + WIDTH - FRAME.right) / 2, bottom + 36, labels.size)}
${text(FRAME.left, HEIGHT - 8, note, 'start', 'font-size="10"')}
${line('ours')}
${line('theirs')}
</svg>
`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Logarithmic, from the smallest figure to the largest. */
function scale(figures: readonly number[], from: number, to: number): (figure: number) => number {
  const [low, high] = [Math.log(Math.min(...figures)), Math.log(Math.max(...figures))];
  return (figure) => from + ((Math.log(figure) - low) / (high - low || 1)) * (to - from);
}

/** Powers of ten that lie between the figures. */
function decades(figures: readonly number[]): number[] {
  const first = Math.ceil(Math.log10(Math.min(...figures)));
  const last = Math.floor(Math.log10(Math.max(...figures)));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

const short = (figure: number): string =>
  figure >= 1e6 ? `${figure / 1e6}M` : figure >= 1e3 ? `${figure / 1e3}k` : `${figure}`;
