import { expect, test } from './harness/test.ts';

type House = typeof import('./probes/house.ts');

test('a probe runs in an isolated worker', async ({ probe }) => {
  const house = await probe<House>('house');
  expect(await house.call('capabilities')).toMatchObject({ isolated: true, storage: true, page: false });
  expect(await house.call('echo', new Uint8Array([0, 1, 255]))).toEqual(new Uint8Array([255, 254, 0]));
});

test('a probe’s error arrives with its code', async ({ probe }) => {
  const house = await probe<House>('house');
  await expect(house.call('fail')).rejects.toMatchObject({ message: 'as asked', code: 'run-failed' });
});

test('the software adapter answers in a worker', { tag: '@webgpu-only' }, async ({ probe }) => {
  const house = await probe<House>('house');
  expect(await house.call('adapter')).toMatch(/swiftshader|google/i);
});

test('the guard notices a request to elsewhere, also from a worker', async ({ probe, originGuard }) => {
  const house = await probe<House>('house');
  expect(await house.call('fetchStatus', 'https://example.com/')).toContain('Failed to fetch');
  await expect.poll(() => originGuard.problems().join()).toContain('https://example.com');
  originGuard.forgive();
});

test('a folder without the file answers 404', async ({ probe }) => {
  const house = await probe<House>('house');
  expect(await house.call('fetchStatus', '/models/none/config.json')).toMatchObject({ status: 404 });
});
