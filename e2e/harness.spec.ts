import { expect, test } from './harness/test.ts';

type Harness = typeof import('./probes/harness.ts');

test('a probe runs in an isolated worker', async ({ probe }) => {
  const harness = await probe<Harness>('harness');
  expect(await harness.call('capabilities')).toMatchObject({ isolated: true, storage: true, page: false });
  expect(await harness.call('echo', new Uint8Array([0, 1, 255]))).toEqual(new Uint8Array([255, 254, 0]));
});

test('an error in a probe arrives with its code', async ({ probe }) => {
  const harness = await probe<Harness>('harness');
  await expect(harness.call('fail')).rejects.toMatchObject({ message: 'as asked', code: 'run-failed' });
});

test('the software adapter is available in a worker', { tag: '@webgpu-only' }, async ({ probe }) => {
  const harness = await probe<Harness>('harness');
  expect(await harness.call('adapter')).toMatch(/swiftshader|google/i);
});

test('the guard detects requests to other origins, also from a worker', async ({ probe, originGuard }) => {
  const harness = await probe<Harness>('harness');
  expect(await harness.call('fetchStatus', 'https://example.com/')).toContain('Failed to fetch');
  await expect.poll(() => originGuard.problems().join()).toContain('https://example.com');
  originGuard.forgive();
});

test('responds with 404 to a missing file', async ({ probe }) => {
  const harness = await probe<Harness>('harness');
  expect(await harness.call('fetchStatus', '/models/none/config.json')).toMatchObject({ status: 404 });
});
