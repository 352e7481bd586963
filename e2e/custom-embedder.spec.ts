/** An embedder of one's own in a page: the worker asks the page, loads no runtime for it, and its death loses nothing. */
import { expect, test } from './harness/test.ts';

test('a custom embedder fills an index, survives its worker, and no runtime is fetched', async ({
  tte,
  server,
}) => {
  const before = server.hits.length;
  const result = await tte.evaluate(async () => {
    const workers: Worker[] = [];
    const real = window.Worker;
    window.Worker = class extends real {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    };
    const letters = (text: string) =>
      Array.from({ length: 26 }, (_, i) => 0.01 + [...text].filter((c) => c.charCodeAt(0) === 97 + i).length);
    let hang = false;
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let stopped = false;
    const embedder = {
      id: 'letters',
      leavesThePage: true,
      embedTexts: async (texts: readonly string[], { signal }: { signal: AbortSignal }) => {
        if (hang) {
          signal.addEventListener('abort', () => {
            stopped = true;
          });
          asked();
          await new Promise(() => {});
        }
        return texts.map(letters);
      },
      embedImage: async ({ data }: { data: Uint8ClampedArray }) =>
        letters('z'.repeat(data.length > 0 ? 9 : 0)),
    };
    const tte = await window.tte.createEmbedder({ model: { embedder } });
    const index = await tte.openIndex('letters');
    await index.add([
      { id: 'bees', text: 'bees buzz' },
      { id: 'ships', text: 'a ship at sea' },
    ]);
    const image = new ImageData(new Uint8ClampedArray(4 * 4 * 4).fill(9), 4, 4);
    const seen = await tte.embed({ image });
    hang = true;
    const pending = tte.embed('never done').catch((error) => error.code);
    await isAsked;
    workers.at(-1)?.terminate();
    const died = await pending;
    hang = false;
    const { hits } = await index.search({ text: 'buzzing bees' });
    const { info } = tte;
    const again = await tte.embed({ image });
    await tte.dispose();
    window.Worker = real;
    return { info, died, stopped, hit: hits[0]?.id, z: seen.vector[25], cached: again.cached };
  });
  expect(result).toMatchObject({ died: 'worker-died', stopped: true, hit: 'bees' });
  expect(result.info).toMatchObject({ leavesThePage: true, supportsImages: true, device: 'wasm' });
  expect(result.z).toBeGreaterThan(0.9);
  const fetched = server.hits.slice(before).map(({ path }) => path);
  expect(fetched.some((path) => path.endsWith('worker/host.js'))).toBe(true);
  expect(fetched.filter((path) => /\.(wasm|onnx)$/.test(path))).toEqual([]);
});
