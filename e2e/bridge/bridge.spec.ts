/** Client and bridge over a real worker whose host is scripted by the test (fake-host.worker.ts). */
import { expect, test } from '../harness/test.ts';

type Bridge = typeof import('../pages/bridge.ts');

test.beforeEach(async ({ harness }) => {
  await harness.evaluate(async () => {
    window.bridge = (await window.inPage('bridge')) as Bridge;
  });
});

declare global {
  interface Window {
    bridge: Bridge;
  }
}

for (const [how, command] of [
  ['closes itself', 'close'],
  ['throws', 'throw'],
] as const) {
  test(`a worker that ${how} rejects every pending call at once, and the next call starts a new one`, async ({
    harness,
  }) => {
    const result = await harness.evaluate(async (command) => {
      const { openFake, outcome, workers } = window.bridge;
      const tte = await openFake();
      const started = performance.now();
      const [pending, killed] = await Promise.all(
        [tte.embed({ text: 'wait' }), tte.embed({ text: command })].map(outcome),
      );
      const ms = performance.now() - started;
      const next = await outcome(tte.embed({ text: 'again' }));
      await tte.dispose();
      return { pending, killed, next, workers: workers.length, ms };
    }, command);
    expect(result).toMatchObject({ next: 'again', workers: 2 });
    expect(result.pending).toMatchObject({ code: 'worker-died', name: 'TteError' });
    expect(result.killed).toMatchObject({ code: 'worker-died' });
    expect(result.ms).toBeLessThan(5000); // far below the watchdog's two minutes
  });
}

test('a worker whose script does not load: the error names it, and what to do', async ({ tte }) => {
  const failed = await tte.evaluate(async () => {
    const texts: string[] = [];
    for (const workerUrl of ['/e2e/no-such-script.js', '/e2e/']) {
      await window.tte
        .createEmbedder({ workerUrl })
        .catch((error) => texts.push(`${error.code} ${error.message}`));
    }
    return texts;
  });
  expect(failed).toHaveLength(2);
  for (const text of failed) {
    expect(text).toContain('download-failed');
    for (const part of ['/e2e/', 'did not load', 'its server answers 404', '`assetsUrl`'])
      expect(text).toContain(part);
  }
});

test('a part of the package that does not load has a typed error, and the next call tries again', async ({
  tte,
}) => {
  await tte.route('**/dist/detached.js', (route) => route.abort(), { times: 1 });
  const [failed, next] = await tte.evaluate(async () => [
    await window.tte.listIndexes().catch(({ code, message }) => `${code}: ${message}`),
    await window.tte.listIndexes(),
  ]);
  expect(failed).toMatch(/^download-failed: .*detached\.js.*reload/);
  expect(next).toEqual([]);
});

test('a worker starts in a frame with srcdoc, whose location has no origin', async ({ tte }) => {
  await tte.evaluate(
    () =>
      new Promise((resolve) => {
        const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<p>', onload: resolve });
        document.body.append(frame);
      }),
  );
  const indexes = await tte.frames()[1]?.evaluate(async () => {
    const url = '/dist/index.js';
    const { listIndexes }: typeof window.tte = await import(/* @vite-ignore */ url);
    return listIndexes();
  });
  expect(indexes).toEqual([]);
});

test('a busy worker is left alone, and an abort does not wait for it', async ({ harness }) => {
  const result = await harness.evaluate(async () => {
    const { openFake, outcome, workers } = window.bridge;
    const tte = await openFake();
    const controller = new AbortController();
    const busy = outcome(tte.embed({ text: 'block 1500' }));
    const started = performance.now();
    const aborted = outcome(tte.embed({ text: 'wait' }, { signal: controller.signal }));
    setTimeout(() => controller.abort('enough'), 50);
    const error = await aborted;
    const ms = performance.now() - started;
    const first = await busy;
    const cancelled = await outcome(tte.embed({ text: 'cancelled' }));
    await tte.dispose();
    return { error, ms, first, cancelled, workers: workers.length };
  });
  expect(result).toMatchObject({ first: 'block 1500', cancelled: '1', workers: 1 });
  expect(result.error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: 'enough' });
  expect(result.ms).toBeLessThan(1000);
});

test('errors cross whole, and dispose rejects what is pending', async ({ harness }) => {
  const [error, item, pending, later] = await harness.evaluate(async () => {
    const { openFake, outcome, describeError } = window.bridge;
    const tte = await openFake();
    const error = await tte.storage().catch(describeError);
    const [item] = await tte.embedMany([{ text: 'reject' }], { onError: 'collect' });
    const pending = outcome(tte.embed({ text: 'wait' }));
    await tte.dispose();
    const later = await outcome(tte.embed({ text: 'a' }));
    return [error, describeError((item as PromiseRejectedResult).reason), await pending, later];
  });
  expect(error).toEqual({
    name: 'TteError',
    code: 'quota',
    message: 'full',
    cause: { name: 'RangeError', code: null, message: 'too much', cause: 'x' },
  });
  expect(item).toMatchObject({ code: 'run-failed', cause: { name: 'RangeError' } });
  expect([pending, later]).toMatchObject([{ code: 'disposed' }, { code: 'disposed' }]);
});

test('auto falls back to WASM in a new worker, with a warning', { tag: '@webgpu-only' }, async ({
  harness,
}) => {
  const result = await harness.evaluate(async () => {
    const { openFake, outcome, workers } = window.bridge;
    const model = 'broken-on-webgpu';
    const tte = await openFake({ model });
    const text = await outcome(tte.embed({ text: 'hello' }));
    const asked = await openFake({ model, device: 'webgpu' }).catch((error) => error.code);
    const { info, warnings } = tte;
    return {
      device: info.device,
      warnings: warnings.map(({ code }) => code),
      text,
      asked,
      workers: workers.length,
    };
  });
  expect(result).toEqual({
    device: 'wasm',
    warnings: ['device-fallback'],
    text: 'hello',
    asked: 'run-failed',
    workers: 3,
  });
});

test('a lost device: running calls reject, the next one runs on WASM', { tag: '@webgpu-only' }, async ({
  harness,
}) => {
  const result = await harness.evaluate(async () => {
    const { openFake, outcome } = window.bridge;
    const tte = await openFake();
    const before = tte.info.device;
    const lost = await outcome(tte.embed({ text: 'lose' }));
    const next = await outcome(tte.embed({ text: 'again' }));
    return { before, lost, next, after: tte.info.device, warnings: tte.warnings.map(({ code }) => code) };
  });
  expect(result).toMatchObject({ before: 'webgpu', next: 'again', after: 'wasm', warnings: ['device-lost'] });
  expect(result.lost).toMatchObject({ code: 'device-lost' });
});

test('a trace streams whole, and a reasoner function sees the picture', async ({ harness }) => {
  const result = await harness.evaluate(async () => {
    const { openFake } = window.bridge;
    const deltas: string[] = [];
    const tte = await openFake({
      model: {
        embedder: 'e',
        async reasoner({ images: [image] }) {
          const { width, height } = image as ImageBitmap;
          return `a picture of ${width} × ${height}`;
        },
      },
    });
    const image = await createImageBitmap(new ImageData(3, 2));
    const onTrace = (delta: string) => deltas.push(delta);
    const { space, vector } = await tte.embed({ image, text: 'ask' }, { onTrace });
    return { space, size: [...vector.subarray(0, 2)], deltas, kept: image.width };
  });
  expect(result).toEqual({
    space: 'a picture of 3 × 2',
    size: [3, 2],
    deltas: Array.from({ length: 100 }, (_, i) => `${i} `),
    kept: 3,
  });
});
