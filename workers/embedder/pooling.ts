/** From hidden states to one vector a text, as sentence-transformers defines the modes. */
import type { Pooling } from '../../src/shared/descriptor.ts';
import { normalize, type Vector } from './vector.ts';

/**
 * @param states `[batch, sequence, hidden]`, or `[batch, hidden]` where the graph has pooled already
 * @param lengths tokens of each row; rows are padded on the right
 * @returns unit vectors, one a row
 */
export function pool(
  states: Float32Array,
  dims: readonly number[],
  lengths: readonly number[],
  pooling: Pooling,
): Vector[] {
  const hidden = dims[dims.length - 1] as number;
  if (dims.length === 2)
    return lengths.map((_, row) => normalize(states.subarray(row * hidden, (row + 1) * hidden)));
  const sequence = dims[1] as number;
  return lengths.map((length, row) => {
    const start = row * sequence * hidden;
    if (pooling === 'mean') return normalize(sumOfRows(states, start, length, hidden));
    const token = pooling === 'last' ? length - 1 : 0;
    return normalize(states.subarray(start + token * hidden, start + (token + 1) * hidden));
  });
}

function sumOfRows(states: Float32Array, start: number, rows: number, width: number): Float32Array {
  const sum = new Float32Array(width);
  for (let row = 0; row < rows; row++) {
    const offset = start + row * width;
    for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + (states[offset + i] as number);
  }
  return sum;
}
