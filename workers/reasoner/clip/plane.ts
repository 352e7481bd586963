/** One channel of a small picture as wide as high, whatever the frame is. */

/** Row by row, from 0 to 255; NaN where nothing is known. */
export type Plane = Float32Array<ArrayBuffer>;

/** Half as wide and high, with the weights of `resize` ('bilinear'); unknown if one of the pixels is. */
export function halve(plane: Plane, side: number): Plane {
  return halveRows(halveRows(plane, side), side);
}

/** Makes rows half as long, and turns them into columns. */
function halveRows(plane: Plane, side: number): Plane {
  const rows = plane.length / side;
  const halved = new Float32Array(plane.length / 2);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < side / 2; x++) {
      const at = y * side + 2 * x;
      const inner = (plane[at] as number) + (plane[at + 1] as number);
      const before = plane[x > 0 ? at - 1 : at] as number;
      const after = plane[x < side / 2 - 1 ? at + 2 : at + 1] as number;
      halved[x * rows + y] = (3 * inner + before + after) / 8;
    }
  }
  return halved;
}
