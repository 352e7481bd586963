import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeInfo, fakeWorker } from '../../e2e/bridge/fake-worker.ts';
import type { WireItem } from '../shared/index-protocol.ts';
import type { HostApi } from '../shared/protocol.ts';
import { openEmbedder } from './embedder.ts';
import type { FileSource, VectorIndex } from './index-types.ts';
import { pagePlatform } from './page.ts';
import type { Embedder } from './types.ts';

let tte: Embedder;
let index: VectorIndex;
/** The items that the worker received. */
let given: WireItem[];

beforeEach(async () => {
  vi.stubGlobal('location', { href: 'https://page.test/app/' });
  given = [];
  const indexAdd: HostApi['indexAdd'] = async (_request, _ref, _incarnation, items, _mode, onDone) => {
    given.push(...items);
    for (const i of items.keys()) await onDone?.(i, 'added');
    return { added: items.length, replaced: 0, skipped: 0, failed: [] };
  };
  const indexOpen: HostApi['indexOpen'] = async ({ name }) => ({
    name,
    count: 0,
    manifest: {} as never,
    isEarlierSpace: false,
    incarnation: '1',
  });
  const host = { load: async () => fakeInfo(), indexOpen, indexAdd };
  tte = await openEmbedder({ device: 'wasm' }, () => pagePlatform(() => fakeWorker(host)));
  index = await tte.openIndex('files');
});
afterEach(async () => {
  await tte.dispose();
  vi.unstubAllGlobals();
});

const text = (name: string) => new File([`text of ${name}`], name);
const broken = (name: string) => ({
  kind: 'file',
  name,
  getFile: () => Promise.reject(new DOMException('It cannot be read.', 'NotReadableError')),
});
const file = (name: string) => ({ kind: 'file', name, getFile: async () => text(name) });
const folder = (name: string, ...entries: unknown[]) => ({
  kind: 'directory',
  name,
  async *values() {
    for (const entry of entries) {
      if (entry instanceof Error) throw entry;
      yield entry;
    }
  },
});
const source = (value: unknown) => value as FileSource;
const names = () => given.map(({ name }) => name);
const failures = ({ failed }: Awaited<ReturnType<VectorIndex['add']>>) =>
  failed.map(({ name, reason }) => [name, (reason as { code?: string }).code, reason.message]);

describe('a folder', () => {
  test('with an unreadable entry: the others are added, and it is reported', async () => {
    const root = folder('root', file('a'), broken('b'), folder('deep', file('c'), broken('d')), file('e'));
    const done: number[] = [];
    const report = await index.addFiles(source(root), { onProgress: (progress) => done.push(progress.done) });
    expect(report.added).toBe(3);
    expect(names()).toEqual(['a', 'deep/c', 'e']);
    expect(failures(report)).toEqual([
      ['b', 'invalid-input', expect.stringMatching(/^b: cannot be read \(NotReadableError: It cannot/)],
      ['deep/d', 'invalid-input', expect.stringMatching(/^deep\/d: cannot be read/)],
    ]);
    expect(done.at(-1)).toBe(5);
  });

  test('with a subfolder that cannot be listed, or that cannot be listed itself', async () => {
    const denied = new DOMException('Permission is denied.', 'NotAllowedError');
    const root = folder('root', folder('deep', file('a'), denied), file('b'));
    const report = await index.addFiles(source(root));
    expect(names()).toEqual(['deep/a', 'b']);
    expect(failures(report)).toEqual([
      ['deep/', 'invalid-input', expect.stringContaining('NotAllowedError')],
    ]);
    expect(failures(await index.addFiles(source(folder('root', denied))))).toEqual([
      ['root', 'invalid-input', expect.stringContaining('NotAllowedError')],
    ]);
  });
});

describe('an abort', () => {
  test('while a folder is being added rejects at once with its reason, and nothing more is read', async () => {
    const controller = new AbortController();
    let read = 0;
    let closed = false;
    const root = {
      kind: 'directory',
      name: 'root',
      async *values() {
        try {
          for (let i = 0; i < 1000; i++) {
            yield {
              kind: 'file',
              name: `${i}`,
              async getFile() {
                if (++read === 10) controller.abort('enough');
                return new File(['\0'], `${i}`); // none is embedded: nothing would have to go to the worker
              },
            };
          }
        } finally {
          closed = true;
        }
      },
    };
    const adding = index.addFiles(source(root), { signal: controller.signal });
    await expect(adding).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(read).toBe(10);
  });

  test('waits neither for a file that never arrives nor for an endless source', async () => {
    const stuck = { ...file('stuck'), getFile: () => new Promise(() => {}) };
    const adding = index.addFiles(source(folder('root', stuck)), { signal: AbortSignal.timeout(20) });
    await expect(adding).rejects.toMatchObject({ code: 'aborted', cause: { name: 'TimeoutError' } });
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await expect(index.add(source(never) as never, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  test('before the call makes no call to the worker', async () => {
    await expect(index.addFiles([], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

test('an invalid item does not affect the others', async () => {
  const report = await index.add([
    { text: 'a' },
    null,
    {},
    3,
    { text: 'b', metadata: [] },
    { text: 'c' },
  ] as never);
  expect(given.map(({ input }) => input.text)).toEqual(['a', 'c']);
  expect(report.failed.map(({ index, reason }) => [index, (reason as { code?: string }).code])).toEqual([
    [1, 'invalid-input'],
    [2, 'invalid-input'],
    [3, 'invalid-input'],
    [4, 'invalid-input'],
  ]);
});

test('a single file is a valid source; other values are refused', async () => {
  await index.addFiles(source(text('alone')));
  expect(names()).toEqual(['alone']);
  for (const none of [null, 'a.txt', {}, 3]) {
    await expect(index.addFiles(source(none))).rejects.toMatchObject({ code: 'invalid-input' });
  }
});

describe('the bytes of a file determine its type', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const texts: [string, File, string][] = [
    ['without a type', new File(['Käse'], 'LICENSE'), 'Käse'],
    ['UTF-8 with a mark', new File([bytes(0xef, 0xbb, 0xbf, 0x61)], 'a'), 'a'],
    ['UTF-16', new File([bytes(0xff, 0xfe, 0x61, 0, 0x62, 0)], 'a'), 'ab'],
    ['an older encoding, where the name says that it is text', new File([bytes(0xfc, 0x62)], 'a.txt'), 'üb'],
    ['JSON by its type', new File(['{}'], 'a', { type: 'application/ld+json' }), '{}'],
  ];
  test.each(texts)('text: %s', async (_, file, expected) => {
    expect(await index.addFiles([file])).toMatchObject({ failed: [] });
    expect(given[0]?.input).toMatchObject({ text: expected, images: [] });
  });

  test('the limit for reading text may fall within a character', async () => {
    await index.addFiles([new File(['€'.repeat(1_400_000)], 'long')]);
    expect(given[0]?.input.text).toBe('€'.repeat(1_000_000));
  });

  const pictures: [string, BlobPart, string][] = [
    ['JPEG', bytes(0xff, 0xd8, 0xff, 0xe0), ''],
    ['PNG', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'text/plain'],
    ['GIF', 'GIF89a', ''],
    ['WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'application/octet-stream'],
    ['BMP', 'BM\x10\0\0\0\0\0\0\0', ''],
    ['AVIF', '\0\0\0\x1cftypavif', ''],
    ['HEIC', '\0\0\0\x1cftypheic', ''],
    ['what says that it is one', 'hello', 'image/png'],
  ];
  test.each(pictures)('picture: %s', async (_, content, type) => {
    await index.addFiles([new File([content], 'a', { type })]);
    expect(given[0]?.input).toMatchObject({
      text: '',
      images: [{ kind: 'blob', name: 'items[0].image (a)' }],
    });
  });

  const others: [string, File, string][] = [
    ['bytes', new File([bytes(0x50, 0x4b, 3, 4)], 'a.zip', { type: 'application/zip' }), 'unsupported'],
    ['bytes without a type', new File([bytes(1, 2, 3)], 'a'), 'unsupported'],
    ['bytes named as text', new File([bytes(0x61, 0)], 'a.txt'), 'unsupported'],
    ['a PDF', new File(['%PDF-1.4'], 'a.jpg', { type: 'image/jpeg' }), 'unsupported'],
    ['nothing', new File([], 'a.txt'), 'invalid-input'],
  ];
  test.each(others)('neither: %s', async (_, file, code) => {
    const [[name, own, message] = []] = failures(await index.addFiles([file]));
    expect([name, own]).toEqual([file.name, code]);
    expect(message).toContain(file.name);
  });
});
