/** Geometry and decoding of print, without the models. */
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { lineInput, lineWidth } from './line-image.ts';
import { narrowing, WIDTHS } from './line-width.ts';
import { isPage, printStatement, runningText } from './printed.ts';
import { boundsOf, grown, type Point, type Quad, sizeOf, smallestRectangle } from './quad.ts';
import { readingOrder } from './reading-order.ts';
import { regionsOf } from './regions.ts';
import { emptyMap, layInto, tiles } from './tiles.ts';

const rectangle = (x: number, y: number, width: number, height: number): Quad => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

const turned = (quad: Quad, degrees: number): Quad => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return quad.map(([x, y]): Point => [x * cos - y * sin, x * sin + y * cos]) as unknown as Quad;
};

describe('rectangles', () => {
  test.each([0, 7, -12, 30])('around points that are turned by %i degrees', (degrees) => {
    const quad = turned(rectangle(100, 80, 60, 10), degrees);
    const [a, b, c, d] = quad;
    const between = (p: Point, q: Point, at: number): Point => [
      p[0] + at * (q[0] - p[0]),
      p[1] + at * (q[1] - p[1]),
    ];
    const points = [0, 0.3, 0.8, 1].flatMap((at) => [
      between(a, b, at),
      between(d, c, at),
      between(a, c, at),
    ]);
    for (const [i, corner] of smallestRectangle(points).entries()) {
      expect(corner[0]).toBeCloseTo((quad[i] as Point)[0], 6);
      expect(corner[1]).toBeCloseTo((quad[i] as Point)[1], 6);
    }
  });

  test.each([
    [[[3, 4]]],
    [
      [
        [0, 0],
        [9, 0],
      ],
    ],
    [
      [
        [2, 2],
        [2, 2],
        [2, 8],
      ],
    ],
  ] as [Point[]][])('of points on a line have no area: %j', (points) => {
    const { width, height } = sizeOf(smallestRectangle(points));
    expect(Math.min(width, height)).toBe(0);
  });

  test('grow by area × factor / circumference on every side', () => {
    expect(boundsOf(grown(rectangle(10, 10, 30, 10), 1.6))).toEqual([4, 4, 46, 26]);
  });
});

describe('regions', () => {
  const rules = { ink: 0.2, sure: 0.4, grow: 0 };
  function map(rows: readonly string[]) {
    const [width, height] = [(rows[0] as string).length, rows.length];
    const values = { '#': 0.9, '+': 0.25, '.': 0 } as Record<string, number>;
    return { data: Float32Array.from(rows.join(''), (mark) => values[mark] as number), width, height };
  }

  test('are connected also diagonally; faint, low and narrow ones are none', () => {
    const found = regionsOf(
      map([
        '######......++++++',
        '######......++++++',
        '######......++++++',
        '######......++++++',
        '......######......',
        '......######....##',
        '......######....##',
        '......######......',
      ]),
      rules,
    );
    expect(found).toHaveLength(1);
    const { width, height } = sizeOf(found[0] as Quad);
    expect(width * height).toBeGreaterThanOrEqual(11 * 3);
  });

  test('an empty map, and one that is full', () => {
    expect(regionsOf(map(['....', '....']), rules)).toEqual([]);
    const full = regionsOf(map(Array(6).fill('########')), rules);
    expect(full.map(boundsOf)).toEqual([[0, 0, 7, 5]]);
  });
});

test.each([
  [960, 640],
  [961 + 31, 960],
  [2400, 1792],
  [3840, 32],
])('tiles cover a map of %i × %i, and overlap', (width, height) => {
  const map = emptyMap(width, height);
  const all = tiles(map, 960);
  // Each cut between them costs the overlap, and rounding less than a step for each tile.
  const spent = (sizes: number[], length: number, among: number) =>
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(length + 64 * (among - 1) + 32 * among);
  const [row, column] = [all.filter(({ top }) => top === 0), all.filter(({ left }) => left === 0)];
  spent(
    row.map(({ width }) => width),
    width,
    row.length,
  );
  spent(
    column.map(({ height }) => height),
    height,
    column.length,
  );
  for (const tile of all) {
    expect([tile.left % 32, tile.top % 32]).toEqual([0, 0]);
    layInto(map, tile, new Float32Array(tile.width * tile.height).fill(0.5));
  }
  expect(map.data.every((value) => value === 0.5)).toBe(true);
});

test('a line is cut out upright: a turned one, and one that runs upwards', () => {
  const [width, height] = [80, 60];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 20; y < 30; y++) for (let x = 10; x < 40; x++) data.set([255, 0, 0], 4 * (y * width + x));
  const flat = lineInput({ width, height, data }, rectangle(10, 20, 30, 10));
  expect(flat.dims).toEqual([1, 3, 48, 144]);
  // Blue first, in -1–1: pure red inside.
  const plane = 48 * 144;
  expect(flat.data[plane / 2]).toBe(-1);
  expect(flat.data[2 * plane + plane / 2]).toBe(1);
  expect(lineInput({ width, height, data }, rectangle(10, 10, 8, 40)).dims).toEqual([1, 3, 48, 240]);
  expect(lineInput({ width, height, data }, rectangle(70, 50, 40, 40)).dims).toEqual([1, 3, 48, 48]);
});

test('repeated outputs are one character, and a blank between them two', () => {
  const steps = [1, 1, 0, 1, 2, 2, 0, 3];
  const outputs = Float32Array.from(
    steps.flatMap((best) => [0, 1, 2, 3].map((i) => (i === best ? 0.7 : 0.1))),
  );
  const { text, score } = decodeLine(outputs, 4, ['a', 'b', ' ']);
  expect(text).toBe('aab ');
  expect(score).toBeCloseTo(0.7);
  expect(decodeLine(new Float32Array(8), 4, ['a', 'b', ' '])).toEqual({ text: '', score: 0 });
});

describe('reading order', () => {
  const names = (quads: Record<string, Quad>) => {
    const all = Object.entries(quads);
    return readingOrder(all.map(([, quad]) => quad)).map((index) => (all[index] as [string, Quad])[0]);
  };
  const columns = {
    title: rectangle(0, 0, 300, 20),
    r1: rectangle(170, 52, 130, 12),
    l2: rectangle(0, 70, 130, 12),
    r2: rectangle(170, 72, 128, 12),
    l1: rectangle(0, 50, 130, 12),
  };

  test.each([0, 2, -2])('a title, then columns, on a page turned by %i degrees', (degrees) => {
    const quads = Object.fromEntries(
      Object.entries(columns).map(([name, quad]) => [name, turned(quad, degrees)]),
    );
    expect(names(quads)).toEqual(['title', 'l1', 'l2', 'r1', 'r2']);
  });

  test('lines whose boxes overlap stand below each other, parts of a line beside each other', () => {
    expect(
      names({
        c: rectangle(0, 30, 200, 24),
        b: rectangle(0, 15, 200, 24),
        a2: rectangle(110, 2, 90, 20),
        a1: rectangle(0, 0, 108, 24),
      }),
    ).toEqual(['a1', 'a2', 'b', 'c']);
  });

  test('of nothing', () => expect(names({})).toEqual([]));
});

describe('what a trace says', () => {
  const lines = (...texts: string[]) => texts.map((text) => ({ text }));
  test('a divided word is one, a hyphen before a name stays', () => {
    expect(runningText(lines('The har-', 'bour at Saint-', 'Malo'))).toBe('The harbour at Saint- Malo');
  });
  test('few words are told, many are a page', () => {
    expect(printStatement(lines('OPEN', 'daily'))).toBe('says : open daily');
    expect(printStatement([])).toBe('');
    expect(isPage(lines('Bicycle repair', 'open daily'))).toBe(false);
    expect(isPage(lines('word '.repeat(40)))).toBe(true);
  });
});

describe('narrowing', () => {
  const line = (letters: number, width: number) => ({ text: 'x'.repeat(letters), width: letters * width });

  test('brings wide letters to the width of ordinary ones, and leaves these as they are', () => {
    const { letter, least } = WIDTHS;
    expect(narrowing([line(40, 1.25 * letter), line(30, 1.25 * letter), line(30, 9 * letter)])).toBeCloseTo(
      0.8,
    );
    expect(narrowing(Array(3).fill(line(40, 0.9 * letter)))).toBe(1);
    expect(narrowing(Array(3).fill(line(40, 3 * letter)))).toBe(least);
  });

  test('waits for enough lines, each long enough to tell', () => {
    const [wide, short] = [line(40, 30), line(WIDTHS.letters - 1, 30)];
    expect(narrowing([])).toBe(1);
    expect(narrowing([wide, wide, short, short])).toBe(1);
  });

  test('cuts lines out narrower, but as high', () => {
    const page = { width: 200, height: 40, data: new Uint8ClampedArray(4 * 200 * 40) };
    const quad = rectangle(10, 10, 150, 20);
    expect(lineWidth(quad)).toBe(360);
    expect(lineInput(page, quad, 0.75).dims).toEqual([1, 3, 48, 270]);
  });
});
