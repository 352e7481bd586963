/** The packed format of vectors in memory and on disk: rows of 16-bit numbers with a scale (kernel.ts), little-endian. */
import { HEAD_BYTES } from './kernel.ts';

const MAX = 32767;

/** Bytes of the numbers of a row, padded. */
export const numberBytes = (dimensions: number): number => Math.ceil(dimensions / 8) * 16;
export const rowBytes = (dimensions: number): number => HEAD_BYTES + numberBytes(dimensions);

/**
 * @param vectors each of `dimensions` numbers
 * @returns as many rows; a number comes back within 1 / 65,534 of its vector's largest one
 */
export function packRows(vectors: readonly Float32Array[], dimensions: number): ArrayBuffer {
  const stride = rowBytes(dimensions);
  const packed = new ArrayBuffer(vectors.length * stride);
  for (const [i, vector] of vectors.entries()) {
    let largest = 0;
    for (const x of vector) largest = Math.max(largest, Math.abs(x));
    const scale = Math.fround(largest / MAX);
    new Float32Array(packed, i * stride, 1)[0] = scale;
    const numbers = new Int16Array(packed, i * stride + HEAD_BYTES, dimensions);
    if (scale > 0)
      for (let j = 0; j < dimensions; j++) numbers[j] = Math.round((vector[j] as number) / scale);
  }
  return packed;
}

/** The vector of the row that begins at a byte offset. */
export function unpackRow(
  buffer: ArrayBuffer,
  offset: number,
  dimensions: number,
): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions);
  addRow(buffer, offset, vector);
  return vector;
}

/** Adds the vector of the row that begins at a byte offset to `sum`. A plain loop: many are read, and `from` is slow. */
export function addRow(buffer: ArrayBuffer, offset: number, sum: Float32Array | Float64Array): void {
  const scale = new Float32Array(buffer, offset, 1)[0] as number;
  const numbers = new Int16Array(buffer, offset + HEAD_BYTES, sum.length);
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (numbers[i] as number) * scale;
}
