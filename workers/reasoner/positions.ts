/** Positions of prompt and trace tokens: sequential, or Qwen-VL's M-RoPE over time, height and width. */

/** Position of a token on an axis; indices beyond the prompt are the trace. */
export type PositionOf = (index: number, axis: number) => number;

export const plainPositions: PositionOf = (index) => index;

/** Patches of one image after merging: time, rows, columns. */
export type Grid = readonly [number, number, number];

/**
 * Text tokens advance all three axes together. The tokens of an image start where the preceding text ended and spread over its
 * grid; the following text continues after the largest position.
 */
export function mropePositions(
  ids: readonly number[],
  imageToken: number,
  grids: readonly Grid[],
): PositionOf {
  const axes: [number[], number[], number[]] = [[], [], []];
  let next = 0;
  let image = 0;
  for (let index = 0; index < ids.length; ) {
    const grid = ids[index] === imageToken ? grids[image] : undefined;
    if (!grid) {
      for (const axis of axes) axis.push(next);
      next++;
      index++;
      continue;
    }
    const [times, rows, columns] = grid;
    for (let cell = 0; cell < times * rows * columns; cell++) {
      axes[0].push(next + Math.floor(cell / (rows * columns)));
      axes[1].push(next + (Math.floor(cell / columns) % rows));
      axes[2].push(next + (cell % columns));
    }
    index += times * rows * columns;
    next += Math.max(times, rows, columns);
    image++;
  }
  return (index, axis) => axes[axis]?.[index] ?? next + index - ids.length;
}
