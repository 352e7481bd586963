/** What a first visit downloads, and when, counted in the bytes that a host without compression sends. */
import type { WebServer } from '../scripts/server/server.ts';
import type { LoadProgress } from '../src/shared/types.ts';
import { expect, test } from './harness/test.ts';

const PHOTOGRAPH = '/samples/photo-coffee.webp';
/** Bytes until the first text vector. */
const AIM = 16_000_000;
const ONLY_FOR_IMAGES = /vision_encoder|photo_head|object_detector/;

/** The package's files that were sent since request number `from`, with their bytes. */
function sent(server: WebServer, from: number): Map<string, number> {
  const files = new Map<string, number>();
  for (const { path, bytes } of server.hits.slice(from)) {
    const [, file] = /^\/dist\/(.*)$/.exec(path) ?? [];
    if (file !== undefined) files.set(file, (files.get(file) ?? 0) + bytes);
  }
  return files;
}

function report(when: string, files: Map<string, number>): number {
  const total = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  const list = [...files].toSorted((a, b) => b[1] - a[1]).map(([file, bytes]) => `${file} ${bytes}`);
  console.log(`${when}: ${total} bytes\n  ${list.join('\n  ')}`);
  return total;
}

test('the first text waits for nothing that only images need; the first image fetches it once, with progress', async ({
  harness,
  server,
  backend,
}) => {
  test.skip(backend !== 'wasm', 'on a GPU the self-test of a load looks at images');
  const start = server.hits.length;
  const visit = await harness.evaluateHandle(async () => {
    const url = '/dist/index.js';
    const { createEmbedder }: typeof window.tte = await import(/* @vite-ignore */ url);
    const progress: LoadProgress[] = [];
    const embedder = await createEmbedder({ device: 'wasm', onProgress: (now) => progress.push(now) });
    await embedder.embed('a dog on a beach');
    return { createEmbedder, embedder, progress };
  });
  const forText = sent(server, start);
  expect([...forText.keys()].filter((file) => ONLY_FOR_IMAGES.test(file))).toEqual([]);
  expect(report('until the first text vector', forText)).toBeLessThanOrEqual(AIM);

  const before = server.hits.length;
  const reported = await visit.evaluate(async ({ embedder, progress }, image) => {
    const at = progress.length;
    await Promise.all([1, 2].map(() => embedder.embed({ image }, { think: 'never' })));
    return { load: progress[at - 1], later: progress.slice(at) };
  }, PHOTOGRAPH);
  const forImage = sent(server, before);
  expect([...forImage.keys()].filter((file) => /vision_encoder/.test(file))).toHaveLength(1);
  expect([...forImage.keys()].filter((file) => /object_detector/.test(file))).toEqual([]);
  report('then until the first image vector', forImage);
  expect(reported.load).toMatchObject({ phase: 'ready' });
  expect(reported.later.at(-1)).toMatchObject({ phase: 'download', source: 'network' });
  for (const { phase, loaded, total } of reported.later) {
    expect(phase).toBe('download');
    expect(loaded).toBeGreaterThan(reported.load?.loaded ?? 0);
    expect(loaded).toBeLessThanOrEqual(total);
  }
  expect(reported.later.at(-1)?.loaded).toBe(reported.later.at(-1)?.total);

  // The second visit finds everything here.
  const later = server.hits.length;
  await visit.evaluate(async ({ createEmbedder, embedder }, image) => {
    await embedder.dispose();
    const again = await createEmbedder({ device: 'wasm', cache: { vectors: 0 } });
    await again.embed({ image }, { think: 'never' });
    await again.dispose();
  }, PHOTOGRAPH);
  expect([...sent(server, later).keys()].filter((file) => file.startsWith('models/'))).toEqual([]);
});

test('with preload everything is here when the embedder is', async ({
  harness,
  server,
  context,
  backend,
}) => {
  test.skip(backend !== 'wasm', 'one backend will do');
  const start = server.hits.length;
  const visit = await harness.evaluateHandle(async (image) => {
    const file = await (await fetch(image)).blob();
    const url = '/dist/index.js';
    const { createEmbedder }: typeof window.tte = await import(/* @vite-ignore */ url);
    return { file, embedder: await createEmbedder({ device: 'wasm', preload: true }) };
  }, PHOTOGRAPH);
  report('with preload', sent(server, start));
  await context.setOffline(true);
  const objects = await visit.evaluate(async ({ embedder, file }) => {
    const { trace } = await embedder.embed({ image: file }, { think: 'answer' });
    await embedder.dispose();
    return trace?.objects?.length ?? 0;
  });
  expect(objects).toBeGreaterThan(0);
});
