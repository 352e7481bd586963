import { expect, test } from './harness/test.ts';

type Runtime = typeof import('./probes/runtime.ts');
type GpuRuntime = typeof import('./probes/gpu-runtime.ts');

test('one and two threads give the same results, one after the other in one worker', async ({ probe }) => {
  const runtime = await probe<Runtime>('runtime');
  await runtime.call('open', 1);
  const one = await runtime.call('run', [2, 42, 56, 3]);
  await runtime.call('dispose');
  await runtime.call('open', 2);
  const two = await runtime.call('run', [2, 42, 56, 3]);
  expect(one).toHaveLength(4 * 48);
  expect(Math.max(...one.map((x, i) => Math.abs(x - (two[i] as number))))).toBeLessThan(1e-5);
});

test('invalid feeds are refused with a message, and the session remains usable', async ({ probe }) => {
  const runtime = await probe<Runtime>('runtime');
  await runtime.call('open', 1);
  const before = await runtime.call('run', [2, 42, 3]);
  const said = {
    missing: 'input "token_type_ids" is missing',
    unknown: 'no input "position_ids"',
    type: 'int32, not int64',
    rank: 'has shape [3]',
    id: 'Running tiny/model failed',
  };
  for (const [what, words] of Object.entries(said)) {
    const refusal = runtime.call('refuse', what as keyof typeof said);
    await expect(refusal, what).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining(words),
    });
  }
  expect(await runtime.call('run', [2, 42, 3])).toEqual(before);
  await expect(runtime.call('readDisposed')).rejects.toThrow('disposed');
});

test('on WebGPU runs that are asked for at once, beside a session that opens and a run that fails, give what they give alone', {
  tag: '@webgpu-only',
}, async ({ probe }) => {
  const runtime = await probe<GpuRuntime>('gpu-runtime');
  const { alone, together } = await runtime.call('compare');
  expect(alone[0]).toHaveLength(4 * 48);
  for (const [i, states] of together.entries()) {
    const expected = alone[i % alone.length] as number[];
    expect(states).toHaveLength(expected.length);
    expect(Math.max(...states.map((x, j) => Math.abs(x - (expected[j] as number))))).toBeLessThan(1e-5);
  }
});
