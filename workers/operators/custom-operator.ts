/** `struct OrtCustomOp`: how the runtime sees a custom operator, and the callbacks with which it asks for its properties. */
import { define, type Func } from '../simd/assemble.ts';
import { i32 } from '../simd/instructions.ts';

/** Element types of the runtime. */
export const ELEMENT = { float: 1, uint8: 2, int32: 6, int64: 7 } as const;

/** Our own fields, which follow the 26 words of the structure. */
export const EXTRA = { name: 104, inputs: 108, outputs: 112, outputType: 116, inputTypes: 120 } as const;
const OPERATOR_BYTES = 140;
/** API version in which operators began to return a status. */
const API_VERSION = 16;

export interface OperatorDescription {
  /** Address of the name, a C string. */
  name: number;
  inputTypes: readonly number[];
  outputType: number;
  outputs: number;
  /** Table slot of the function that computes it. */
  compute: number;
}

const field = (offset: number) => define(['operator'], [], [], (l) => i32.load(l.operator.get, offset), true);

/** The operator serves as its own kernel: it has no state. */
export const operatorCallbacks = {
  createKernel: define(['operator', 'api', 'info'], [], [], (l) => l.operator.get, true),
  destroyKernel: define(['kernel'], [], [], () => []),
  getName: field(EXTRA.name),
  getInputCount: field(EXTRA.inputs),
  getOutputCount: field(EXTRA.outputs),
  getOutputType: define(
    ['operator', 'index'],
    [],
    [],
    (l) => i32.load(l.operator.get, EXTRA.outputType),
    true,
  ),
  getInputType: define(
    ['operator', 'index'],
    [],
    [],
    (l) => i32.load(i32.add(l.operator.get, i32.mul(l.index.get, i32.const(4))), EXTRA.inputTypes),
    true,
  ),
  zero: define(['operator'], [], [], () => i32.const(0), true),
  one: define(['operator'], [], [], () => i32.const(1), true),
  zeroAt: define(['operator', 'index'], [], [], () => i32.const(0), true),
} satisfies Readonly<Record<string, Func>>;

/** The structure's words. @param slots table slots of the callbacks */
export function operatorWords(
  { name, inputTypes, outputType, outputs, compute }: OperatorDescription,
  slots: Readonly<Record<keyof typeof operatorCallbacks, number>>,
): Uint32Array {
  const { createKernel, destroyKernel, getName, zero, one, zeroAt } = slots;
  const words = new Uint32Array(OPERATOR_BYTES / 4);
  words.set([API_VERSION, createKernel, getName, zero, slots.getInputType, slots.getInputCount]);
  words.set([slots.getOutputType, slots.getOutputCount, 0, destroyKernel], 6);
  // Nothing is optional, variadic or off the CPU; then come CreateKernelV2, which we lack, and KernelComputeV2.
  words.set([zeroAt, zeroAt, zeroAt, one, one, one, one, 0, compute], 10);
  words.set([name, inputTypes.length, outputs, outputType, ...inputTypes], EXTRA.name / 4);
  return words;
}
