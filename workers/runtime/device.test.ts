import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestGpu } from './device.ts';

const requestAdapter = vi.fn(async () => ({
  features: new Set(),
  limits: {},
  info: { vendor: 'acme', architecture: '' },
  requestDevice: async () => ({ lost: new Promise(() => {}) }),
}));

beforeEach(() => vi.stubGlobal('navigator', { gpu: { requestAdapter } }));
afterEach(() => {
  vi.unstubAllGlobals();
  requestAdapter.mockClear();
});

/** An engine whose WebAssembly has these properties besides. */
const engine = (properties: object) =>
  vi.stubGlobal(
    'WebAssembly',
    Object.assign(Object.create(WebAssembly), { Suspending: undefined, promising: undefined }, properties),
  );

test('an engine whose compiled code cannot wait for promises has no usable GPU, and is told so', async () => {
  for (const properties of [{}, { Suspending: class {} }, { promising() {} }]) {
    engine(properties);
    const error = await requestGpu().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/Promise Integration/),
    });
    expect(requestAdapter).not.toHaveBeenCalled();
  }
});

test('an engine that can gives its adapter', async () => {
  engine({ Suspending: class {}, promising() {} });
  expect(await requestGpu()).toMatchObject({ name: 'acme' });
});
