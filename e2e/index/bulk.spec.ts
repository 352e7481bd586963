/** Adding many files: kinds, thumbnails, duplicates, abort and resume, several tabs, and no long tasks in the page. */
import { readFileSync } from 'node:fs';
import { expect, test } from '../harness/test.ts';

const picture = readFileSync(new URL('../fixtures/images/landscape.png', import.meta.url)).toString('base64');
const CLIP = { model: { embedder: '/models/tiny-clip' }, device: 'wasm', threads: 1 } as const;
const BERT = { model: { embedder: '/models/tiny-bert-mean' }, device: 'wasm', threads: 1 } as const;

test('adds pictures and texts of a folder with thumbnails, and reports files that cannot be embedded', async ({
  tte,
}) => {
  const seen = await tte.evaluate(
    async ([options, base64]) => {
      const embedder = await window.tte.createEmbedder(options);
      const index = await embedder.openIndex('folder', { thumbnails: 32 });
      const png = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('album', {
        create: true,
      });
      const put = async (
        folder: FileSystemDirectoryHandle,
        name: string,
        content: string | Uint8Array<ArrayBuffer>,
      ) => {
        const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await stream.write(content);
        await stream.close();
      };
      await put(root, 'a.png', png);
      await put(root, 'notes.md', 'A note about a boat.');
      const deeper = await root.getDirectoryHandle('deeper', { create: true });
      await put(deeper, 'the same.png', png);
      await put(deeper, 'broken.png', 'not a picture');
      await put(deeper, 'data.bin', 'bytes');
      const progress: [number, number | null][] = [];
      const report = await index.addFiles(root, {
        metadata: (_, path) => ({ deep: path.includes('/') }),
        onProgress: ({ done, total }) => progress.push([done, total]),
      });
      const items = await index.list();
      const [thumbnail = null, none, nobody] = await index.thumbnails([
        items.find(({ text }) => text === '')!.id,
        items.find(({ text }) => text !== '')!.id,
        'nobody',
      ]);
      const bitmap = thumbnail && (await createImageBitmap(thumbnail));
      const byPicture = await index.search({ image: new Blob([png]) }, { think: 'never' }).next();
      await embedder.dispose();
      return {
        counts: [report.added, report.replaced, report.skipped],
        failed: report.failed
          .map(({ name, reason }) => [name, (reason as Error & { code: string }).code])
          .sort(),
        progress: progress.at(-1),
        items: items.map(({ text, metadata }) => [text, metadata.path, metadata.deep]),
        bitmap: bitmap && [bitmap.width, bitmap.height, thumbnail!.type],
        nothing: [none, nobody],
        score: byPicture.value!.hits[0]!.score,
      };
    },
    [CLIP, picture] as const,
  );
  expect(seen.counts).toEqual([2, 0, 1]);
  expect(seen.failed).toEqual([
    ['deeper/broken.png', 'invalid-input'],
    ['deeper/data.bin', 'unsupported'],
  ]);
  expect(seen.progress).toEqual([5, null]);
  const names = seen.items.map(([, path]) => path);
  expect(names).toContain('notes.md');
  expect(seen.items.find(([, path]) => path === 'notes.md')).toEqual([
    'A note about a boat.',
    'notes.md',
    false,
  ]);
  expect(Math.max(...(seen.bitmap!.slice(0, 2) as number[]))).toBe(32);
  expect(seen.bitmap![2]).toBe('image/webp');
  expect(seen.nothing).toEqual([null, null]);
  expect(seen.score).toBeCloseTo(1, 4);
});

// On an overloaded machine any task can be long, so one of three runs without long tasks suffices.
test.describe('bulk', () => {
  test.describe.configure({ retries: 2 });

  test('400 texts: adding can be aborted and resumed, another tab sees them, and the page has no long tasks', async ({
    tte,
  }) => {
    const seen = await tte.evaluate(async (options) => {
      const embedder = await window.tte.createEmbedder(options);
      const other = await window.tte.createEmbedder(options); // has its own worker, as in another tab
      const there = await other.openIndex('bulk');
      const index = await embedder.openIndex('bulk');
      const counts: number[] = [];
      const stop = there.onChange(({ count }) => counts.push(count));
      const files = Array.from({ length: 400 }, (_, i) => new File([`text ${i} about things`], `${i}.txt`));
      await new Promise((resolve) => setTimeout(resolve, 100)); // exclude long tasks caused by creating the files
      const long: number[] = [];
      new PerformanceObserver((list) =>
        long.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({
        type: 'longtask',
      });
      const controller = new AbortController();
      const aborted = await index
        .addFiles(files, {
          signal: controller.signal,
          onProgress: ({ done }) => done >= 150 && controller.abort(),
        })
        .catch((error) => error.code);
      const kept = await there.count();
      const report = await index.addFiles([...files, files[0]!, { id: 'own', text: 'text 1 about things' }]);
      const count = await there.count();
      const found = await there.search({ text: 'text 77 about things' }, { think: 'never', topK: 3 }).next();
      const { count: infoCount } = await there.info();
      await index.delete({ where: { name: { in: ['0.txt', '1.txt'] } } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      stop();
      const last = counts.at(-1);
      await embedder.dispose();
      await other.dispose();
      return { aborted, kept, report, count, infoCount, last, hits: found.value!.hits.length, long };
    }, BERT);
    expect(seen.aborted).toBe('aborted');
    expect(seen.kept).toBeGreaterThanOrEqual(128);
    expect(seen.kept).toBeLessThan(400);
    expect(seen.report).toMatchObject({ added: 400 - seen.kept, skipped: seen.kept + 2, failed: [] });
    expect([seen.count, seen.infoCount, seen.hits]).toEqual([400, 400, 3]);
    expect(seen.last).toBe(398);
    expect(seen.long).toEqual([]); // a long task is one of more than 50 ms
  });
});
