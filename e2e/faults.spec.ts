/** Faults in the real worker: no call hangs, no data is lost, and the next call works. */
import type { Page, Route } from '@playwright/test';
import { expect, needWeights, test } from './harness/test.ts';

/** Runs `code` before the host's script, in the first `times` workers. */
async function sabotage(page: Page, code: string, times = Number.MAX_SAFE_INTEGER): Promise<void> {
  const handler = async (route: Route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  };
  await page.route('**/worker/host.js', handler, { times });
}

/** Code that runs `deed` during the first `embed`, when the eighth message leaves through a port. */
const amidEmbed = (deed: string) => `
  let armed = false;
  let sent = 0;
  addEventListener('message', ({ data }) => { armed ||= data?.path?.[0] === 'embed'; });
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (...args) {
    if (armed && ++sent === 8) { ${deed} }
    return post.apply(this, args);
  };`;

const TEXT = { embedder: '/models/tiny-bert-mean', reasoner: null };

test.describe('a worker that dies', () => {
  for (const how of ['close', 'throw'] as const) {
    test(`during a call (${how}) rejects it, and the next call works`, async ({ tte }) => {
      needWeights('SmolLM2-135M-Instruct');
      const deed = how === 'close' ? 'self.close();' : 'queueMicrotask(() => { throw new Error("boom"); });';
      await sabotage(tte, amidEmbed(deed), 1);
      const result = await tte.evaluate(async (text) => {
        const embedder = await window.tte.createEmbedder({
          model: { ...text, reasoner: '/models/SmolLM2-135M-Instruct' },
          device: 'wasm',
          threads: 1,
        });
        const calls = [
          embedder.embed({ text: 'List the first hundred numbers in words.' }, { think: 'full' }),
          embedder.embed({ text: 'What waits behind it?' }, { think: 'answer' }),
          embedder.storage(),
        ];
        const codes = (await Promise.allSettled(calls)).map((call) =>
          call.status === 'rejected' ? call.reason.code : 'fulfilled',
        );
        const after = await embedder.embed({ text: 'alive' }, { think: 'never' });
        await embedder.dispose();
        return { codes, after: after.vector.length };
      }, TEXT);
      expect(result.codes.slice(0, 2)).toEqual(['worker-died', 'worker-died']);
      expect(result.after).toBe(48);
    });
  }
});

test('dispose writes the latest vectors to the cache', async ({ tte }) => {
  const cached = await tte.evaluate(async (text) => {
    const open = () => window.tte.createEmbedder({ model: text, device: 'wasm', threads: 1 });
    const first = await open();
    await first.embed({ text: 'the last words' });
    await first.dispose();
    const second = await open();
    const { cached } = await second.embed({ text: 'the last words' });
    await second.dispose();
    return cached;
  }, TEXT);
  expect(cached).toBe('vector');
});

test.describe('abort', () => {
  test('while downloading', async ({ tte, server }) => {
    const origin = server.fault([{ match: 'model.onnx', kind: 'slow', bytesPerSecond: 20_000 }]);
    const seen = await tte.evaluate(async (path) => {
      const abort = new AbortController();
      const loading = window.tte.createEmbedder({
        model: { embedder: `${path}/models/tiny-bert-mean`, reasoner: null },
        device: 'wasm',
        threads: 1,
        signal: abort.signal,
        onProgress: (p) => p.phase === 'download' && p.file.endsWith('model.onnx') && abort.abort(),
      });
      const began = performance.now();
      const error = await loading.then(
        () => null,
        (e) => ({ code: e.code, name: e.name }),
      );
      return { error, ms: performance.now() - began };
    }, origin.path);
    expect(seen.error).toEqual({ code: 'aborted', name: 'AbortError' });
  });

  test('after prefill and between tokens: the worker is free within one step', async ({ tte }) => {
    needWeights('SmolLM2-135M-Instruct');
    test.slow();
    const seen = await tte.evaluate(async (text) => {
      const embedder = await window.tte.createEmbedder({
        model: { ...text, reasoner: '/models/SmolLM2-135M-Instruct' },
        device: 'wasm',
        threads: 1,
      });
      const long = Array.from({ length: 350 }, (_, i) => `word${i}`).join(' ');
      const code = (e: { code: string }) => e.code;
      const stopAfter = async (
        input: { text: string },
        when: (stop: () => void) => { onTrace?: () => void },
      ) => {
        const abort = new AbortController();
        let stopped = 0;
        const stop = () => {
          stopped = performance.now();
          abort.abort();
        };
        const call = embedder.embed(input, { think: 'full', signal: abort.signal, ...when(stop) });
        const outcome = await call.then(() => 'fulfilled', code);
        const rejected = performance.now() - stopped;
        await embedder.embed({ text: `free? ${Math.random()}` }, { think: 'never' });
        return { outcome, rejected, free: performance.now() - stopped };
      };
      await embedder.embed({ text: 'warm' }, { think: 'answer' });
      const token = await stopAfter({ text: 'List the first hundred numbers in words.' }, (stop) => ({
        onTrace: stop,
      }));
      const prefill = await stopAfter({ text: long }, (stop) => {
        setTimeout(stop, 300);
        return {};
      });
      const whole = performance.now();
      await stopAfter({ text: `${long}.` }, (stop) => ({ onTrace: stop }));
      await embedder.dispose();
      return { token, prefill, whole: performance.now() - whole };
    }, TEXT);
    const { token, prefill, whole } = seen;
    for (const [phase, { outcome, rejected, free }] of Object.entries({ token, prefill })) {
      expect.soft(outcome, phase).toBe('aborted');
      expect.soft(rejected, `${phase}: the promise`).toBeLessThan(100);
      expect.soft(free, `${phase}: the worker`).toBeLessThan(whole / 2);
    }
  });

  test('between batches', async ({ tte }) => {
    const seen = await tte.evaluate(async (text) => {
      const embedder = await window.tte.createEmbedder({
        model: text,
        device: 'wasm',
        threads: 1,
        cache: { vectors: 0 },
      });
      const abort = new AbortController();
      const items = Array.from({ length: 2000 }, (_, i) => ({ text: `item ${i} of a long list of things` }));
      let last = 0;
      const code = await embedder
        .embedMany(items, {
          think: 'never',
          signal: abort.signal,
          onProgress: (done) => {
            last = done;
            if (done > 100) abort.abort();
          },
        })
        .then(
          () => 'fulfilled',
          (e) => e.code,
        );
      await embedder.embed({ text: 'free' }, { think: 'never' });
      await embedder.dispose();
      return { code, last };
    }, TEXT);
    expect(seen.code).toBe('aborted');
    expect(seen.last).toBeLessThan(2000);
  });
});

test.describe('the GPU', () => {
  const keepDevice = `
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      const device = await request.apply(this, args);
      new BroadcastChannel('gpu').onmessage = () => device.destroy();
      return device;
    };`;

  test('is lost: running calls reject, later ones run on WASM', { tag: '@webgpu-only' }, async ({ tte }) => {
    await sabotage(tte, keepDevice);
    const seen = await tte.evaluate(async (text) => {
      const warnings: string[] = [];
      const embedder = await window.tte.createEmbedder({
        model: text,
        onWarning: (w) => warnings.push(w.code),
      });
      const before = embedder.info.device;
      const items = Array.from({ length: 200 }, (_, i) => ({ text: `item ${i}` }));
      const destroy = () => new BroadcastChannel('gpu').postMessage('');
      const running = await embedder.embedMany(items, { think: 'never', onProgress: destroy }).then(
        () => 'fulfilled',
        (e) => e.code,
      );
      const { vector } = await embedder.embed({ text: 'after' }, { think: 'never' });
      const after = embedder.info.device;
      await embedder.dispose();
      return { before, running, after, length: Math.hypot(...vector), warnings };
    }, TEXT);
    expect(seen).toMatchObject({ before: 'webgpu', running: 'device-lost', after: 'wasm' });
    expect(seen.length).toBeCloseTo(1, 4);
    expect(seen.warnings).toContain('device-lost');
  });

  test('computes wrong results: the self-test detects it and falls back to WASM with a warning', {
    tag: '@webgpu-only',
  }, async ({ tte }) => {
    await sabotage(
      tte,
      `const mapped = GPUBuffer.prototype.getMappedRange;
       GPUBuffer.prototype.getMappedRange = function (...args) {
         const range = mapped.apply(this, args);
         if (this.usage & GPUBufferUsage.MAP_READ) new Uint8Array(range).fill(63);
         return range;
       };`,
    );
    const seen = await tte.evaluate(async (text) => {
      const warnings: string[] = [];
      const embedder = await window.tte.createEmbedder({
        model: text,
        onWarning: (w) => warnings.push(w.code),
      });
      const { device } = embedder.info;
      await embedder.dispose();
      const strict = await window.tte.createEmbedder({ model: text, device: 'webgpu' }).then(
        () => 'loaded',
        (e) => e.code,
      );
      return { device, warnings, strict };
    }, TEXT);
    expect(seen).toEqual({ device: 'wasm', warnings: ['device-fallback'], strict: 'unsupported' });
  });

  test('passes the self-test once: the result is stored', { tag: '@webgpu-only' }, async ({ tte }) => {
    const facts = await tte.evaluate(async (text) => {
      const embedder = await window.tte.createEmbedder({ model: text });
      await embedder.dispose();
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const open = indexedDB.open('think-then-embed/weights');
        open.onsuccess = () => resolve(open.result);
        open.onerror = () => reject(open.error);
      });
      const store = database.objectStoreNames[0] as string;
      const keys = await new Promise<string[]>((resolve) => {
        const all = database.transaction(store).objectStore(store).getAllKeys();
        all.onsuccess = () => resolve(all.result as string[]);
      });
      return keys.filter((key) => key.includes('self-test'));
    }, TEXT);
    expect(facts).toHaveLength(1);
    expect(facts[0]).toContain('webgpu');
  });
});
