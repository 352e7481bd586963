/** One channel of a small picture as wide as high, whatever the frame is. */

/** Row by row, from 0 to 255; NaN where nothing is known. */
export type Plane = Float32Array<ArrayBuffer>;

/** The mean of every 2 × 2 pixels; unknown if one of them is. */
export function halve(plane: Plane, side: number): Plane {
  const halved = new Float32Array(plane.length / 4);
  for (let i = 0; i < halved.length; i++) {
    const at = 4 * i - ((2 * i) % side);
    halved[i] =
      ((plane[at] as number) +
        (plane[at + 1] as number) +
        (plane[at + side] as number) +
        (plane[at + side + 1] as number)) /
      4;
  }
  return halved;
}
