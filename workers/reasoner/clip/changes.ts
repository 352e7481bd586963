/** Finds the regions of each frame of a clip that differ from the background: the median of all frames, as one of them would show them. */
import type { Box } from '../../../src/shared/types.ts';
import type { Pixels } from '../../images/pixels.ts';
import { resize } from '../../images/resample.ts';
import { median } from '../../statistics.ts';
import { align, type Motion, STILL, warp, warpBox } from './align.ts';
import { evenLight } from './light.ts';
import { halve, type Plane } from './plane.ts';

/** Pixels along each side of the frames that are aligned, and cells along each side of those that are compared. */
const SIDE = 64;
const GRID = SIDE / 2;
/** A cell has changed only if a channel differs from the background by more than this, of 255. */
const CHANGED = 12;
/** It must also differ by more than so many times the clip's median difference. Differences are divided by how rough the background is. */
const UNUSUAL = 6;
/** Added to the roughness, so that smooth places do not count as changed by noise. */
const SMOOTH = 12;
/** Changed cells at most this far apart belong to the same region. */
const REACH = 2;
/** Regions of fewer cells are noise. */
const LEAST = 8;
/** Share of the cells that may change in a frame; if more do, the frames do not show one scene. */
const MOST = 0.3;
/** Share of the cells that all frames have to show. */
const SHARED = 0.75;
/** With fewer frames the median does not show the background. */
const LEAST_FRAMES = 3;

export interface Changes {
  /** In each frame, largest first, in shares of the frame as if the camera had stood still. */
  boxes: Box[][];
  /** What all frames show, likewise. */
  shared: Box;
  /** Where such a box is in a frame itself. */
  within(box: Box, frame: number): Box;
}

/** @returns null if the frames do not show one scene, or if there are too few to tell */
export function changes(frames: readonly Pixels[]): Changes | null {
  if (frames.length < LEAST_FRAMES) return null;
  const small = frames.map((frame) => channels(resize(frame, SIDE, SIDE, 'bilinear')));
  const middle = frames.length >> 1;
  const lights = small.map(luminance);
  const motions = lights.map(
    (light, i): Motion => (i === middle ? STILL : align(lights[middle] as Plane, light, SIDE)),
  );
  // Frames of a camera that stands still are not resampled twice.
  const aligned = motions.every((motion) => motion === STILL)
    ? frames.map((frame) => channels(resize(frame, GRID, GRID, 'bilinear')))
    : small.map((planes, i) => planes.map((plane) => halve(warp(plane, SIDE, motions[i] as Motion), SIDE)));
  const cells = Array.from({ length: GRID * GRID }, (_, cell) => cell).filter((cell) =>
    aligned.every(([plane]) => !Number.isNaN(plane?.[cell])),
  );
  if (cells.length < SHARED * GRID * GRID) return null;
  const differences = differencesOf(aligned, middle, cells);
  const maps = differences.map((all) => cells.filter((_, i) => (all[i] as number) > 1));
  if (maps.some((map) => map.length > MOST * cells.length)) return null;
  return {
    boxes: maps.map(boxesOf),
    shared: boxAround(cells),
    within: (box, frame) => warpBox(box, SIDE, motions[frame] as Motion),
  };
}

/** Of each frame's cells, from the background, in relation to what makes a change. */
function differencesOf(
  aligned: readonly Plane[][],
  middle: number,
  cells: readonly number[],
): Float32Array[] {
  const compared = [0, 1, 2].map((channel) => {
    const planes = aligned.map((all) => all[channel] as Plane);
    const even = evenLight(planes, planes[middle] as Plane);
    const usual = new Float32Array(GRID * GRID).fill(Number.NaN);
    // Of an even number, the frame in the middle counts twice: between two values lies none that a frame shows.
    const voting = even.length % 2 === 1 ? even : [...even, even[middle] as Plane];
    for (const cell of cells) usual[cell] = median(voting.map((plane) => plane[cell] as number));
    const rough = cells.map((cell) => roughness(usual, cell) + SMOOTH);
    const off = even.map((plane) =>
      Float32Array.from(cells, (cell) => Math.abs((plane[cell] as number) - (usual[cell] as number))),
    );
    return { rough, off };
  });
  const shares = compared.flatMap(({ rough, off }) =>
    off.flatMap((all) => [...all].map((value, i) => value / (rough[i] as number))),
  );
  const most = UNUSUAL * median(shares);
  return aligned.map((_, frame) =>
    Float32Array.from(cells, (_, i) =>
      Math.max(
        ...compared.map(
          ({ rough, off }) => (off[frame]?.[i] as number) / Math.max(CHANGED, most * (rough[i] as number)),
        ),
      ),
    ),
  );
}

function channels({ data }: Pixels): Plane[] {
  return [0, 1, 2].map((channel) =>
    Float32Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + channel] as number),
  );
}

function luminance([red, green, blue]: readonly Plane[]): Plane {
  return (red as Plane).map(
    (value, i) => 0.299 * value + 0.587 * (green?.[i] as number) + 0.114 * (blue?.[i] as number),
  );
}

/** How much a cell and its neighbours differ. */
function roughness(plane: Plane, cell: number): number {
  const [x, y] = [cell % GRID, Math.floor(cell / GRID)];
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let v = Math.max(0, y - 1); v <= Math.min(GRID - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(GRID - 1, x + 1); u++) {
      const value = plane[v * GRID + u] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return most - least;
}

/** Bounding boxes of regions of changed cells, largest region first. */
function boxesOf(changed: readonly number[]): Box[] {
  const left = new Set(changed);
  const found: { size: number; box: Box }[] = [];
  for (const start of left) {
    left.delete(start);
    const cells = [start];
    for (const cell of cells) {
      const [x, y] = [cell % GRID, Math.floor(cell / GRID)];
      for (const other of left) {
        const isNear =
          Math.abs((other % GRID) - x) <= REACH && Math.abs(Math.floor(other / GRID) - y) <= REACH;
        if (!isNear) continue;
        left.delete(other);
        cells.push(other);
      }
    }
    if (cells.length < LEAST) continue;
    found.push({ size: cells.length, box: boxAround(cells) });
  }
  return found.sort((a, b) => b.size - a.size).map(({ box }) => box);
}

function boxAround(cells: readonly number[]): Box {
  const [xs, ys] = [cells.map((cell) => cell % GRID), cells.map((cell) => Math.floor(cell / GRID))];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return {
    x: x / GRID,
    y: y / GRID,
    width: (Math.max(...xs) + 1 - x) / GRID,
    height: (Math.max(...ys) + 1 - y) / GRID,
  };
}
