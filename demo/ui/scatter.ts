/** Points on a canvas: layout, hit testing and drawing. `spots` holds alternating x and y in CSS pixels. */
export type Spots = Float32Array<ArrayBuffer>;

/** How a point is drawn. */
export interface Look {
  colour: string;
  picture: HTMLImageElement | null;
  selected: boolean;
}

/** Scales positions to the available space; both axes fill it, since neither has a meaning. */
export function spread(
  places: readonly { x: number; y: number }[],
  { width, height, margin }: { width: number; height: number; margin: number },
): Spots {
  const spots = new Float32Array(2 * places.length);
  for (const [axis, room] of [width, height].entries()) {
    const values = places.map(({ x, y }) => (axis === 0 ? x : y));
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const scale = Math.max(0, room - 2 * margin) / (high - low || 1);
    for (const [i, value] of values.entries()) spots[2 * i + axis] = margin + (value - low) * scale;
  }
  return spots;
}

/** The spot nearest to a point within `reach`, or null. */
export function nearest(spots: Spots, x: number, y: number, reach: number): number | null {
  return best(spots, (dx, dy) => (Math.hypot(dx, dy) <= reach ? Math.hypot(dx, dy) : null), x, y);
}

/** The spot that an arrow key moves to: the nearest one mainly in its direction. */
export function towards(spots: Spots, from: number, key: string): number | null {
  const [right, down] = ARROWS[key] ?? [0, 0];
  const [x, y] = [spots[2 * from] as number, spots[2 * from + 1] as number];
  return best(
    spots,
    (dx, dy) => {
      const along = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      return along > 0 && aside <= 2 * along ? along + 2 * aside : null;
    },
    x,
    y,
  );
}

export const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The spot whose offset from a point has the lowest cost; spots with a null cost are excluded. */
function best(
  spots: Spots,
  cost: (dx: number, dy: number) => number | null,
  x: number,
  y: number,
): number | null {
  let [found, least]: [number | null, number] = [null, Number.POSITIVE_INFINITY];
  for (let i = 0; i < spots.length / 2; i++) {
    const own = cost((spots[2 * i] as number) - x, (spots[2 * i + 1] as number) - y);
    if (own !== null && own < least) [found, least] = [i, own];
  }
  return found;
}

/** Indices of the spots inside a loop, which is closed automatically. */
export function inside(spots: Spots, loop: Path2D, context: CanvasRenderingContext2D): number[] {
  context.save();
  context.resetTransform(); // isPointInPath takes untransformed points
  const found: number[] = [];
  for (let i = 0; i < spots.length / 2; i++) {
    if (context.isPointInPath(loop, spots[2 * i] as number, spots[2 * i + 1] as number, 'evenodd'))
      found.push(i);
  }
  context.restore();
  return found;
}

/** Clears the canvas and sizes it to the screen's resolution. */
export function blank(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

const MIN_RINGED_SIDE = 16;

interface Drawn {
  spots: Spots;
  looks: readonly Look[];
  /** Side of a picture, px; a dot is smaller. */
  side: number;
  ring: string;
}

/** Draws dots of the same look as one path, so that ten thousand take milliseconds. */
export function drawAll(context: CanvasRenderingContext2D, { spots, looks, side, ring }: Drawn): void {
  const anySelected = looks.some(({ selected }) => selected);
  const paths = new Map<string, { colour: string; selected: boolean; path: Path2D }>();
  for (const [i, { colour, picture, selected }] of looks.entries()) {
    if (picture) continue;
    const key = `${colour} ${selected}`;
    const group = paths.get(key) ?? { colour, selected, path: new Path2D() };
    paths.set(key, group);
    const [x, y] = [spots[2 * i] as number, spots[2 * i + 1] as number];
    const radius = dotRadius(side);
    group.path.moveTo(x + radius, y);
    group.path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = ring;
  context.lineWidth = 2;
  for (const { colour, selected, path } of paths.values()) {
    context.globalAlpha = !anySelected ? 0.85 : selected ? 1 : 0.25;
    context.fillStyle = colour;
    context.fill(path);
    // Rings would hide the colours of small dots; fading the others suffices.
    if (selected && side > MIN_RINGED_SIDE) context.stroke(path);
  }
  for (const [i, look] of looks.entries()) {
    if (!look.picture) continue;
    context.globalAlpha = anySelected && !look.selected ? 0.25 : 1;
    drawPicture(context, look.picture, spots[2 * i] as number, spots[2 * i + 1] as number, side);
    if (look.selected) drawRing(context, spots, i, look, side, ring);
  }
  context.globalAlpha = 1;
}

/** Draws one point enlarged, above the others. */
export function drawOne(
  context: CanvasRenderingContext2D,
  { spots, looks, side, ring }: Drawn,
  at: number,
): void {
  const look = looks[at];
  if (!look) return;
  const [x, y] = [spots[2 * at] as number, spots[2 * at + 1] as number];
  const larger = side * 1.35;
  if (look.picture) drawPicture(context, look.picture, x, y, larger);
  else {
    context.fillStyle = look.colour;
    context.beginPath();
    context.arc(x, y, dotRadius(larger), 0, 2 * Math.PI);
    context.fill();
  }
  drawRing(context, spots, at, look, larger, ring);
}

export function drawLoop(context: CanvasRenderingContext2D, loop: Path2D, colour: string): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.globalAlpha = 0.12;
  context.fill(loop, 'evenodd');
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.stroke(loop);
}

function drawPicture(
  context: CanvasRenderingContext2D,
  picture: HTMLImageElement,
  x: number,
  y: number,
  side: number,
): void {
  const cut = Math.min(picture.naturalWidth, picture.naturalHeight);
  const [left, top] = [(picture.naturalWidth - cut) / 2, (picture.naturalHeight - cut) / 2];
  context.save();
  context.beginPath();
  context.roundRect(x - side / 2, y - side / 2, side, side, side / 6);
  context.clip();
  context.drawImage(picture, left, top, cut, cut, x - side / 2, y - side / 2, side, side);
  context.restore();
}

function drawRing(
  context: CanvasRenderingContext2D,
  spots: Spots,
  at: number,
  { picture }: Look,
  side: number,
  colour: string,
): void {
  const [x, y] = [spots[2 * at] as number, spots[2 * at + 1] as number];
  const half = picture ? side / 2 : dotRadius(side);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x - half, y - half, 2 * half, 2 * half, picture ? side / 6 : half);
  context.stroke();
}

function dotRadius(side: number): number {
  return Math.max(2, side / 5);
}
