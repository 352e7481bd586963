import { expect, needWeights, test } from './harness/test.ts';

type Runtime = typeof import('./probes/runtime.ts');

test('speed', async ({ probe }) => {
  needWeights('all-MiniLM-L6-v2');
  test.setTimeout(300_000);
  for (const threads of [1, 2]) {
    for (const [dtype, file] of [['q8', 'model_quantized'], ['q4', 'model_q4']] as const) {
      const runtime = await probe<Runtime>('runtime');
      const opened = await runtime.call('open', '/models/all-MiniLM-L6-v2', dtype, `onnx/${file}.onnx`, threads);
      const one = await runtime.call('encodeMs', 1, 9, 40);
      const batch = await runtime.call('encodeMs', 32, 32, 5);
      console.log(threads, dtype, opened.ms.toFixed(), 'one', one.toFixed(1), 'batch 32x32', batch.toFixed(1));
    }
    const runtime = await probe<Runtime>('runtime');
    const opened = await runtime.call('open', '/models/SmolLM2-135M-Instruct', 'q4', 'onnx/model_q4.onnx', threads, true);
    console.log(threads, opened.ms.toFixed(), await runtime.call('generateMs', 200, 24), await runtime.call('generateMs', 200, 24));
  }
  expect(1).toBe(1);
});
