/** Pools hidden states to one vector per text, with the modes of sentence-transformers. */
import type { Pooling } from '../../src/shared/descriptor.ts';
import { normalize, type Vector } from './vector.ts';

/**
 * @param states `[batch, sequence, hidden]`, or `[batch, hidden]` if the graph has pooled already
 * @param lengths tokens of each row; rows are padded on the right
 * @param through applied to the pooled vectors before they are normalised
 * @returns unit vectors, one per row
 */
export function pool(
  states: Float32Array,
  dims: readonly number[],
  lengths: readonly number[],
  pooling: Pooling,
  through: (vector: Vector) => Vector = (vector) => vector,
): Vector[] {
  const hidden = dims[dims.length - 1] as number;
  const rowAt = (row: number) => states.slice(row * hidden, (row + 1) * hidden);
  const sequence = dims.length === 2 ? 1 : (dims[1] as number);
  return lengths.map((length, row) => {
    const start = row * sequence;
    if (dims.length === 2) return normalize(through(rowAt(start)));
    if (pooling === 'mean') return normalize(through(meanOfRows(states, start * hidden, length, hidden)));
    return normalize(through(rowAt(start + (pooling === 'last' ? length - 1 : 0))));
  });
}

/**
 * The same pooling as weights `[batch, 1, sequence]`, which a graph applies (`POOL_WEIGHTS`).
 *
 * @param sequence the padded length
 */
export function poolWeights(
  lengths: readonly number[],
  sequence: number,
  pooling: Pooling,
): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(lengths.length * sequence);
  lengths.forEach((length, row) => {
    const start = row * sequence;
    if (pooling === 'mean') weights.fill(1 / length, start, start + length);
    else weights[start + (pooling === 'last' ? length - 1 : 0)] = 1;
  });
  return weights;
}

function meanOfRows(states: Float32Array, start: number, rows: number, width: number): Vector {
  const mean = new Float32Array(width);
  for (let row = 0; row < rows; row++) {
    const offset = start + row * width;
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (states[offset + i] as number);
  }
  for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) / rows;
  return mean;
}
