/** A custom operator as the runtime sees it (`struct OrtCustomOp`), and what it asks of one. */
import { define, type Func } from '../simd/assemble.ts';
import { i32 } from '../simd/instructions.ts';

/** Fields of an operator behind the runtime's 26 words. */
export const EXTRA = { name: 104, inputs: 108, outputs: 112, outputType: 116, inputTypes: 120 } as const;
export const OPERATOR_BYTES = 140;

const field = (offset: number) => define(['operator'], [], [], (l) => i32.load(l.operator.get, offset), true);

/** What the runtime asks of an operator. */
export const described: Readonly<Record<string, Func>> = {
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
  none: define(['operator'], [], [], () => i32.const(0), true),
  one: define(['operator'], [], [], () => i32.const(1), true),
  noneOf: define(['operator', 'index'], [], [], () => i32.const(0), true),
};
