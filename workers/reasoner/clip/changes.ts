/** Finds the regions of each frame of a clip that differ from the background, which is the median of all frames. The camera must stand still. */
import type { Box } from '../../../src/shared/types.ts';
import type { Pixels } from '../../images/pixels.ts';
import { resize } from '../../images/resample.ts';

/** Cells of a frame along each side. */
const GRID = 32;
/** A cell has changed if a channel differs from the background by more than this, of 255. */
const CHANGED = 12;
/** Changed cells at most this far apart belong to the same region. */
const REACH = 2;
/** Regions of fewer cells are noise. */
const LEAST = 8;
/** Share of the cells that may change in a frame; if more do, the camera moves. */
const MOST = 0.3;
/** With fewer frames the median does not show the background. */
const LEAST_FRAMES = 3;

/**
 * Boxes in shares of each frame, largest first.
 * @returns null if the camera moves, or if there are too few frames to tell
 */
export function changes(frames: readonly Pixels[]): Box[][] | null {
  if (frames.length < LEAST_FRAMES) return null;
  const small = frames.map((frame) => resize(frame, GRID, GRID, 'bilinear').data);
  const usual = Uint8Array.from({ length: 4 * GRID * GRID }, (_, i) =>
    median(small.map((data) => data[i] as number)),
  );
  const maps = small.map((data) =>
    Array.from({ length: GRID * GRID }, (_, cell) =>
      [0, 1, 2].some(
        (channel) =>
          Math.abs((data[4 * cell + channel] as number) - (usual[4 * cell + channel] as number)) > CHANGED,
      ),
    ),
  );
  const isStill = maps.every((map) => map.filter(Boolean).length <= MOST * map.length);
  return isStill ? maps.map(boxesOf) : null;
}

/** Of an even number the greater of the two in the middle: unlike that of statistics.ts, a value that a frame really has. */
function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** Bounding boxes of regions of changed cells, largest region first. */
function boxesOf(map: boolean[]): Box[] {
  const left = new Set(map.flatMap((is, cell) => (is ? [cell] : [])));
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
    const [xs, ys] = [cells.map((cell) => cell % GRID), cells.map((cell) => Math.floor(cell / GRID))];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const box = {
      x: x / GRID,
      y: y / GRID,
      width: (Math.max(...xs) + 1 - x) / GRID,
      height: (Math.max(...ys) + 1 - y) / GRID,
    };
    found.push({ size: cells.length, box });
  }
  return found.sort((a, b) => b.size - a.size).map(({ box }) => box);
}
