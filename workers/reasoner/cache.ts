/** The decoder's cache: keys and values, or any other state with such a name (docs/model-folders.md, rule 2). */
import { TteError } from '../../src/shared/errors.ts';
import type { GraphSession, Runtime, Tensor, TensorType } from '../runtime/types.ts';

export interface CacheSlot {
  /** Graph input, and the output that becomes it in the next step. */
  past: string;
  present: string;
  type: TensorType;
  shape: readonly (number | string)[];
}

export type Cache = Readonly<Record<string, Tensor>>;

/**
 * `past_key_values.X` ↔ `present.X`, and the recurrent states of hybrid models, `past_conv.0` ↔ `present_conv.0`.
 * @throws TteError model-invalid, if a cache input has no matching output
 */
export function cacheSlots(graph: GraphSession): CacheSlot[] {
  return [...graph.inputs].flatMap(([past, { type, shape }]) => {
    if (!past.startsWith('past_')) return [];
    const present = past.startsWith('past_key_values.')
      ? past.replace('past_key_values', 'present')
      : past.replace('past', 'present');
    if (!graph.outputs.has(present)) {
      throw new TteError('model-invalid', `The decoder has the input ${past} but not the output ${present}.`);
    }
    return [{ past, present, type, shape }];
  });
}

/** The cache before the first token: length 0 along the past, zeros in states of fixed size. */
export function emptyCache(runtime: Runtime, slots: readonly CacheSlot[], batch: number): Cache {
  return Object.fromEntries(
    slots.map(({ past, type, shape }) => {
      const dims = shape.map((axis) => (typeof axis === 'number' ? axis : axis.includes('past') ? 0 : batch));
      return [past, zeros(runtime, type, dims)];
    }),
  );
}

/** The next cache, from the outputs of a step. */
export function nextCache(slots: readonly CacheSlot[], outputs: Readonly<Record<string, Tensor>>): Cache {
  return Object.fromEntries(slots.map(({ past, present }) => [past, outputs[present] as Tensor]));
}

export function zeros(runtime: Runtime, type: TensorType, dims: readonly number[]): Tensor {
  const size = dims.reduce((product, axis) => product * axis, 1);
  return runtime.tensor(type, new ARRAYS[type](size) as never, dims);
}

export function disposeAll(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) tensor.dispose();
}

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} satisfies Record<TensorType, unknown>;
