/** Pictures and files of all kinds that pages have, through the public API, in a real worker. */
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import type { ImageSource } from '../src/index.ts';
import { expect, test } from './harness/test.ts';

type Inputs = typeof import('./pages/inputs.ts');

const CLIP = { model: { embedder: '/models/tiny-clip' }, device: 'wasm', threads: 1 } as const;
const LANDSCAPE = '/fixtures/images/landscape.png';

test('pictures of every kind are added with a thumbnail and found by pictures of every kind', async ({
  tte,
}) => {
  const seen = await tte.evaluate(
    async ([options, url]) => {
      const { everyKind } = (await window.inPage('inputs')) as Inputs;
      const embedder = await window.tte.createEmbedder(options);
      const index = await embedder.openIndex('kinds');
      const results: Record<string, unknown[]> = {};
      for (const [kind, image] of Object.entries(await everyKind(url))) {
        const { added, failed } = await index.add({ id: kind, image });
        results[kind] = [added || String(failed[0]?.reason)];
      }
      for (const [kind, image] of Object.entries(await everyKind(url))) {
        const [thumbnail] = await index.thumbnails([kind]);
        const small = thumbnail && (await createImageBitmap(thumbnail));
        results[kind]?.push(small && [thumbnail.type, small.width, small.height]);
        const { value } = await index.search({ image }, { think: 'never' }).next();
        results[kind]?.push(value?.hits.at(-1)?.score);
      }
      await embedder.dispose();
      return results;
    },
    [CLIP, LANDSCAPE] as const,
  );
  expect(Object.keys(seen)).toHaveLength(14);
  for (const [kind, [added, thumbnail, score]] of Object.entries(seen)) {
    expect(added, kind).toBe(1);
    expect(thumbnail, kind).toEqual(['image/webp', 160, 120]);
    expect(score, kind).toBeGreaterThan(0.99); // lowest for the video frame, because of lossy compression
  }
});

test('SVGs of every kind are drawn, single ones and those of a folder', async ({ tte }) => {
  const seen = await tte.evaluate(async (options) => {
    const { everySvg, cosine } = (await window.inPage('inputs')) as Inputs;
    const embedder = await window.tte.createEmbedder(options);
    const svgs = await everySvg('/fixtures/images/drawing.svg');
    const [first, ...vectors] = await Promise.all(
      Object.values(svgs).map(async (image) => (await embedder.embed({ image })).vector),
    );
    const index = await embedder.openIndex('drawings');
    const files = Object.values(svgs).filter((one) => one instanceof File);
    const report = await index.addFiles(files);
    const thumbnails = await index.thumbnails((await index.list()).map(({ id }) => id));
    const empty = new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="0" height="9"/>'], {
      type: 'image/svg+xml',
    });
    const refused = await embedder
      .embed({ image: empty })
      .catch(({ code, message }) => `${code}: ${message}`);
    await embedder.dispose();
    return {
      cosines: vectors.map((vector) => cosine(vector, first as Float32Array)),
      done: report.added + report.skipped,
      files: files.length,
      failed: report.failed.map(({ reason }) => String(reason)),
      thumbnails: thumbnails.every((thumbnail) => thumbnail !== null),
      refused,
    };
  }, CLIP);
  expect(seen.cosines).toHaveLength(8);
  for (const cosine of seen.cosines) expect(cosine).toBeGreaterThan(0.99); // not equal, as they are drawn at several sizes
  expect([seen.done, seen.failed, seen.thumbnails]).toEqual([seen.files, [], true]);
  expect(seen.refused).toMatch(/^invalid-input: input\.image: this SVG/);
});

test('a search with a trace reads the pixels of a canvas in both stages', async ({ tte }) => {
  const stages = await tte.evaluate(async (url) => {
    const { everyKind } = (await window.inPage('inputs')) as Inputs;
    const embedder = await window.tte.createEmbedder({ device: 'wasm', threads: 1 });
    const index = await embedder.openIndex('twice');
    const { canvas, bitmap, ...others } = await everyKind(url);
    await index.add([
      { id: 'picture', image: others.blob as Blob },
      { id: 'text', text: 'a text' },
    ]);
    const stages = [];
    for (const image of [canvas, bitmap] as HTMLCanvasElement[]) {
      for await (const { stage, trace, hits } of index.search({ image }, { think: 'answer' })) {
        stages.push([stage, trace !== null, hits[0]?.id]);
      }
    }
    await embedder.dispose();
    return stages;
  }, LANDSCAPE);
  const both = [
    ['quick', false, 'picture'],
    ['reasoned', true, 'picture'],
  ];
  expect(stages).toEqual([...both, ...both]);
});

test('a reasoner function receives copies of pictures; the originals remain usable', async ({ tte }) => {
  const seen = await tte.evaluate(
    async ([options, url]) => {
      const { everyKind } = (await window.inPage('inputs')) as Inputs;
      const asked: string[] = [];
      const reasoner = async ({ images: [image] }: { images: readonly unknown[] }) => {
        const { width, height, size } = image as ImageBitmap & Blob;
        asked.push(size ? 'file' : `${width} × ${height}`);
        return 'a landscape';
      };
      const model = { ...options.model, reasoner: Object.assign(reasoner, { id: 'landscape' }) };
      const embedder = await window.tte.createEmbedder({ ...options, model });
      const index = await embedder.openIndex('asked', { think: 'answer' });
      const { bitmap, canvas, blob } = await everyKind(url);
      const report = await index.add([
        { id: 'bitmap', image: bitmap as ImageBitmap },
        { id: 'canvas', image: canvas as HTMLCanvasElement, text: 'canvas' },
        { id: 'blob', image: blob as Blob, text: 'blob' },
      ]);
      const items = await index.list();
      await embedder.dispose();
      return {
        asked,
        report,
        width: (bitmap as ImageBitmap).width,
        traces: items.map(({ trace }) => trace),
      };
    },
    [CLIP, LANDSCAPE] as const,
  );
  expect(seen.report).toMatchObject({ added: 3, failed: [] });
  expect(seen.asked.sort()).toEqual(['200 × 150', '200 × 150', 'file']);
  expect(seen.width).toBe(200);
  expect(seen.traces).toEqual(Array(3).fill('a landscape'));
});

test('a file’s bytes determine its type; an unreadable one is reported by name and does not affect others', async ({
  tte,
}) => {
  const png = readFileSync(new URL('fixtures/images/landscape.png', import.meta.url)).toString('base64');
  const seen = await tte.evaluate(
    async ([options, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const embedder = await window.tte.createEmbedder(options);
      const index = await embedder.openIndex('files');
      const canvas = Object.assign(document.createElement('canvas'), { width: 20, height: 20 });
      const encoded = (type: string) =>
        new Promise<Blob>((resolve) => canvas.toBlob((file) => resolve(file as Blob), type));
      canvas.getContext('2d')?.fillRect(5, 5, 10, 10);
      const jpeg = await (await encoded('image/jpeg')).arrayBuffer();
      const webp = await (await encoded('image/webp')).arrayBuffer();
      const files = [
        new File([jpeg], 'photo.jpg', { type: '' }),
        new File([bytes], 'no-name'),
        new File([webp], 'wrong.txt', { type: 'text/plain' }),
        new File(['Ein Käfer.'], 'LICENSE'),
        new File([Uint8Array.of(0xfc, 0x62, 0x65, 0x72)], 'latin.txt', { type: 'text/plain' }),
        new File([new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0])], 'utf-16', { type: '' }),
        new File([Uint8Array.of(1, 2, 3, 0, 200)], 'bytes'),
        new File(['\0\0\0\x18ftypheic\0\0\0\0'], 'heic.jpg', { type: 'image/jpeg' }),
        new File(['%PDF-1.7\n'], 'pdf.jpg', { type: 'image/jpeg' }),
        new File([], 'empty.jpg', { type: 'image/jpeg' }),
        new File([jpeg.slice(0, -9)], 'cut.jpg', { type: 'image/jpeg' }),
        new File([bytes.slice(0, -60)], 'cut.png', { type: 'image/png' }),
      ];
      const report = await index.addFiles(files);
      const items = await index.list();
      const single = await Promise.all(
        files
          .slice(7)
          .map((image) => embedder.embed({ image }).catch(({ code, message }) => `${code}: ${message}`)),
      );
      await embedder.dispose();
      return {
        report,
        texts: items.map(({ metadata, text }) => [metadata.name, text]),
        failed: report.failed.map(({ name, reason }) => [
          name,
          `${(reason as { code?: string }).code}: ${reason.message}`,
        ]),
        single,
      };
    },
    [CLIP, png] as const,
  );
  expect(seen.report.added).toBe(6);
  expect(seen.texts.sort()).toEqual([
    ['LICENSE', 'Ein Käfer.'],
    ['latin.txt', 'über'],
    ['no-name', ''],
    ['photo.jpg', ''],
    ['utf-16', 'hi'],
    ['wrong.txt', ''],
  ]);
  expect(seen.failed.sort()).toEqual([
    ['bytes', expect.stringMatching(/^unsupported: .*bytes/)],
    ['cut.jpg', expect.stringMatching(/^invalid-input: .*cut\.jpg.*JPEG of 20 × 20.*cut short/)],
    ['cut.png', expect.stringMatching(/^invalid-input: .*cut\.png.*PNG of 200 × 150.*cut short/)],
    ['empty.jpg', expect.stringMatching(/^invalid-input: .*empty\.jpg.*no bytes/)],
    ['heic.jpg', expect.stringMatching(/^invalid-input: .*heic\.jpg.*HEIC/)],
    ['pdf.jpg', expect.stringMatching(/pdf\.jpg.*PDF/)],
  ]);
  for (const message of seen.single) expect(message).toMatch(/^invalid-input: input\.image/);
});

test('a picture larger than a canvas may be is decoded smaller; one too large for memory is refused with its size', async ({
  tte,
}) => {
  const red: [number, number, number] = [200, 30, 40];
  const files = [
    plainPng(1080, 65_536, red),
    plainPng(1080, 65_535, red),
    plainPng(100_000, 4, red),
    plainPng(8, 8, red),
  ];
  const seen = await tte.evaluate(
    async ([options, files, bomb]) => {
      const { cosine } = (await window.inPage('inputs')) as Inputs;
      const file = (base64: string) =>
        new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]);
      const embedder = await window.tte.createEmbedder(options);
      const vectors: Float32Array[] = [];
      for (const one of files) vectors.push((await embedder.embed({ image: file(one) })).vector);
      const black = (
        await embedder.embed({
          image: Object.assign(document.createElement('canvas'), { width: 8, height: 8 }),
        })
      ).vector;
      const index = await embedder.openIndex('large');
      await index.add({ id: 'tall', image: file(files[0] as string) });
      const [thumbnail] = await index.thumbnails(['tall']);
      const small = await createImageBitmap(thumbnail as Blob);
      const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(small, 0, 0);
      const refused = await embedder
        .embed({ image: file(bomb) })
        .catch(({ code, message }) => `${code}: ${message}`);
      await embedder.dispose();
      return {
        cosines: vectors.map((vector) => cosine(vector, vectors[3] as Float32Array)),
        blank: cosine(black, vectors[3] as Float32Array),
        thumbnail: [small.height, ...context.getImageData(0, 0, 1, 1).data],
        refused,
      };
    },
    [CLIP, files, plainPng(40_000, 40_000, red, 1)] as const,
  );
  for (const cosine of seen.cosines) expect(cosine).toBeGreaterThan(0.9999);
  expect(seen.blank).toBeLessThan(0.999);
  expect(seen.thumbnail[0]).toBe(160);
  expect(Math.abs((seen.thumbnail[1] as number) - 200)).toBeLessThan(8);
  expect(seen.refused).toMatch(/^invalid-input: input\.image: 40000 × 40000 .*too large/);
});

test('transparency is composited on white for every kind of source; pictures that look the same have the same vector', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async (options) => {
    const { cosine, dataUrl, disc, fileOf, loaded } = (await window.inPage('inputs')) as Inputs;
    const embedder = await window.tte.createEmbedder(options);
    const vector = async (image: ImageSource) => (await embedder.embed({ image })).vector;
    const clear = disc(null);
    const png = await fileOf(clear, 'image/png');
    const size = [0, 0, clear.width, clear.height] as const;
    const pixels = () => clear.getContext('2d')?.getImageData(...size) as ImageData;
    const hidden = pixels(); // other colours in fully transparent pixels
    for (let i = 0; i < hidden.data.length; i += 4)
      if (hidden.data[i + 3] === 0) hidden.data.set([9, 200, 77], i);
    const kinds = {
      canvas: clear,
      png,
      webp: await fileOf(clear, 'image/webp'),
      'data URL': await dataUrl(png),
      image: await loaded(await dataUrl(png)),
      imageData: pixels(),
      hidden,
      bitmap: await createImageBitmap(clear),
      straight: await createImageBitmap(hidden, { premultiplyAlpha: 'none' }),
      svg: new Blob(
        [
          '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><circle cx="30" cy="30" r="20"/></svg>',
        ],
        { type: 'image/svg+xml' },
      ),
    };
    const onWhite = await vector(await fileOf(disc('white'), 'image/png'));
    const black = await vector(await fileOf(disc('black'), 'image/png'));
    const cosines: Record<string, number> = {};
    for (const [kind, image] of Object.entries(kinds)) cosines[kind] = cosine(await vector(image), onWhite);
    await embedder.dispose();
    return { cosines, black: cosine(black, onWhite) };
  }, CLIP);
  for (const [kind, cosine] of Object.entries(seen.cosines)) expect(cosine, kind).toBeGreaterThan(0.9999);
  expect(Object.keys(seen.cosines)).toHaveLength(10);
  expect(seen.black).toBeLessThan(0.99);
});

test('an <img> equals its file: upright, first frame', async ({ tte }) => {
  const seen = await tte.evaluate(
    async ([options, gif]) => {
      const { cosine, loaded } = (await window.inPage('inputs')) as Inputs;
      const embedder = await window.tte.createEmbedder(options);
      const pairs = ['/fixtures/images/turned.jpg', `data:image/gif;base64,${gif}`].map(async (url) => {
        const [file, image] = await embedder.embedMany([{ image: url }, { image: await loaded(url) }]);
        return cosine((file as { vector: Float32Array }).vector, (image as { vector: Float32Array }).vector);
      });
      const cosines = await Promise.all(pairs);
      await embedder.dispose();
      return cosines;
    },
    [CLIP, animation()] as const,
  );
  for (const cosine of seen) expect(cosine).toBeGreaterThan(0.99999);
});

test('an unreadable item does not affect the others; a bitmap may be passed twice', async ({ tte }) => {
  const seen = await tte.evaluate(
    async ([options, url]) => {
      const { everyKind } = (await window.inPage('inputs')) as Inputs;
      const embedder = await window.tte.createEmbedder(options);
      const index = await embedder.openIndex('costs');
      const { canvas, bitmap } = (await everyKind(url)) as { canvas: HTMLCanvasElement; bitmap: ImageBitmap };
      const closed = await createImageBitmap(canvas);
      closed.close();
      const twice = await embedder.embedMany(
        [
          { image: bitmap, text: 'one' },
          { image: bitmap, text: 'two' },
          { image: closed },
          { frames: [canvas, canvas] },
        ],
        { onError: 'collect' },
      );
      const report = await index.add([
        { id: 'good', image: canvas },
        null as never,
        { id: 'closed', image: closed },
        { id: 'handed over', image: bitmap },
        { id: 'empty' },
        { id: 'last', text: 'a text' },
      ]);
      const many = Array.from({ length: 20 }, (_, i) => {
        const painted = Object.assign(document.createElement('canvas'), { width: 50 + i, height: 40 });
        painted.getContext('2d')?.fillRect(i, i, 9, 9);
        return { id: `${i}`, image: painted };
      });
      const more = await index.add(many);
      const count = await index.count();
      await embedder.dispose();
      return {
        twice: twice.map(({ status }) => status),
        added: report.added,
        failed: report.failed.map(({ index, reason }) => [index, (reason as { code?: string }).code]),
        more,
        count,
      };
    },
    [CLIP, LANDSCAPE] as const,
  );
  expect(seen.twice).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(seen.added).toBe(2);
  expect(seen.failed).toEqual([1, 2, 3, 4].map((index) => [index, 'invalid-input']));
  expect(seen.more).toMatchObject({ added: 20, failed: [] });
  expect(seen.count).toBe(22);
});

test('everything works on a page served over plain HTTP', async ({ page, server, originGuard }) => {
  await page.route('http://plain.test/**', async (route) => {
    const url = route.request().url().replace('http://plain.test', server.origin);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await page.goto('http://plain.test/e2e/page.html');
  const seen = await page.evaluate(
    async ([options, url]) => {
      const dist = '/dist/index.js';
      const { createEmbedder }: typeof import('../src/index.ts') = await import(/* @vite-ignore */ dist);
      const { everyKind } = (await window.inPage('inputs')) as Inputs;
      const missing = [isSecureContext, crypto.subtle, navigator.locks, navigator.storage].map(Boolean);
      const embedder = await createEmbedder(options);
      const kinds = await everyKind(url);
      const { vector } = await embedder.embed({ image: kinds.blob as Blob });
      const index = await embedder.openIndex('plain');
      const report = await index.add([
        { id: 'blob', image: kinds.blob as Blob },
        { id: 'canvas', image: kinds.canvas as HTMLCanvasElement },
        { id: 'text', text: 'a text' },
      ]);
      const files = await index.addFiles([
        new File([kinds.blob as Blob], 'again.png'),
        new File(['words'], 'words'),
      ]);
      const { value } = await index.search({ image: kinds.bitmap as ImageBitmap }, { think: 'never' }).next();
      const [file] = await index.export();
      await index.delete(['text']);
      const back = await index.import(file as File);
      await index.compact();
      const { indexes } = await embedder.storage();
      await embedder.dispose();
      const again = await createEmbedder(options); // loads the stored model
      const kept = await (await again.openIndex('plain')).count();
      await again.dispose();
      return {
        missing,
        norm: Math.hypot(...vector),
        report,
        files,
        hits: value?.hits.length,
        back,
        indexes,
        kept,
      };
    },
    [CLIP, LANDSCAPE] as const,
  );
  originGuard.forgive();
  expect(seen.missing).toEqual([false, false, false, false]);
  expect(seen.norm).toBeCloseTo(1, 5);
  expect(seen.report).toMatchObject({ added: 3, failed: [] });
  expect(seen.files).toMatchObject({ added: 1, skipped: 1, failed: [] });
  expect(seen.hits).toBe(4);
  expect(seen.back).toMatchObject({ added: 1, failed: [] });
  expect(seen.indexes).toMatchObject([{ name: 'plain', count: 4 }]);
  expect(seen.kept).toBe(4);
});

/** A PNG of one colour with one bit per pixel; truncated after `rows` rows. */
function plainPng(width: number, height: number, colour: [number, number, number], rows = height): string {
  const chunk = (type: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from([...colour, 0, 0, 0])),
    chunk('IDAT', deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * rows))),
    chunk('IEND', new Uint8Array()),
  ]).toString('base64');
}

/** A GIF of 2 × 1 pixels: red and white, then the other way round. */
function animation(): string {
  const frame = (codes: number[]) => [
    ...[0x21, 0xf9, 4, 0, 10, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0],
    ...[2, codes.length, ...codes, 0],
  ];
  return Buffer.from([
    ...Buffer.from('GIF89a'),
    ...[2, 0, 1, 0, 0x80, 0, 0, 200, 0, 0, 255, 255, 255],
    ...[0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0],
    ...frame([0x44, 0x0a]), // clear, 0, 1, end
    ...frame([0x0c, 0x0a]), // clear, 1, 0, end
    0x3b,
  ]).toString('base64');
}
