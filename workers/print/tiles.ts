/** A large picture is searched for print in overlapping tiles, so that every line is complete in at least one of them. */
import type { Region } from '../images/resample.ts';
import type { InkMap } from './regions.ts';

/** The detector's sides are multiples of it. */
export const STEP = 32;

/** Positions that neighbouring tiles share. */
const OVERLAP = 64;

export function emptyMap(width: number, height: number): InkMap {
  return { data: new Float32Array(width * height), width, height };
}

/** Tiles of at most `side` × `side` that cover the map, row by row, all of the same size and no larger than necessary. */
export function tiles({ width, height }: Pick<InkMap, 'width' | 'height'>, side: number): Region[] {
  const [across, down] = [parts(width, side), parts(height, side)];
  return down.starts.flatMap((top) =>
    across.starts.map((left) => ({ left, top, width: across.size, height: down.size })),
  );
}

/** Parts of at most `side` that cover `length` and share at least {@link OVERLAP}; all three are multiples of {@link STEP}. */
function parts(length: number, side: number): { size: number; starts: number[] } {
  if (length <= side) return { size: length, starts: [0] };
  const count = Math.ceil((length - OVERLAP) / (side - OVERLAP));
  const size = Math.ceil((length + OVERLAP * (count - 1)) / count / STEP) * STEP;
  const apart = (length - size) / (count - 1);
  return {
    size,
    starts: Array.from({ length: count }, (_, i) => Math.floor((i * apart) / STEP) * STEP),
  };
}

/** Writes a tile's probabilities into the map; where tiles overlap, the higher one is kept. */
export function layInto(map: InkMap, tile: Region, data: Float32Array): void {
  for (let y = 0; y < tile.height; y++) {
    const to = (tile.top + y) * map.width + tile.left;
    for (let x = 0; x < tile.width; x++) {
      map.data[to + x] = Math.max(map.data[to + x] as number, data[y * tile.width + x] as number);
    }
  }
}

/** Whether a rectangle (left, top, right, bottom) touches a tile. */
export function isIn(
  [left, top, right, bottom]: readonly [number, number, number, number],
  tile: Region,
): boolean {
  return (
    left < tile.left + tile.width && right > tile.left && top < tile.top + tile.height && bottom > tile.top
  );
}
