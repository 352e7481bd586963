/** A decoded picture in the worker: 8-bit RGBA, straight alpha, row by row, orientation already applied. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Length width × height × 4. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}
