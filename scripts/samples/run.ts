/**
 * Redraws the demo’s sample pictures: `node scripts/run.mjs scripts/samples/run.ts [FOLDER_OF_PHOTOS]`;
 * `photographs.py` fills the folder. Rewrites `pictures` in public/samples/collection.json; the rest of that
 * file (notes, licenses) is written by hand.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { SamplePicture } from '../../demo/ingest/sample-items.ts';
import { createRandom } from '../../eval/random.ts';
import { needChromium } from '../browsers/chromium.ts';
import { commandLine } from '../command-line.ts';
import { root } from '../paths.ts';
import { called, SCENES, SINGLE, svgOf } from './art.ts';
import { htmlOf, PAGES } from './pages.ts';
import { PHOTOS } from './photos.ts';

const SEED = 1;
/** Pixels of a photograph's longer side, and of a page's width at most. */
const SIDE = 480;
const GROUNDS = ['#fff7e8', '#eaf4ff', '#effaf0', '#fdeff2', '#f3f0ff', '#fffbe0', '#e9f7f6', '#f6f6f6'];

const folder = join(root, 'public/samples');
const {
  positionals: [photos = ''],
} = commandLine({
  usage: `Usage: node scripts/run.mjs scripts/samples/run.ts [FOLDER]

Redraws the demo's sample pictures. FOLDER holds the photographs (photographs.py fills it); without it they are kept as they are.
`,
  positionals: { most: 1 },
});
const browser = await chromium.launch({ executablePath: needChromium(), args: ['--no-sandbox'] });
const page = await browser.newPage();

/** Draws one source, or four in a square, on a background; a WebP of 256 px. */
async function draw(sources: string[], ground: string): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([sources, ground]) => {
      const side = 256;
      const canvas = new OffscreenCanvas(side, side);
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.fillStyle = ground;
      context.fillRect(0, 0, side, side);
      // The model sees the central 224 pixels, so the cells of a scene are the quarters of that square.
      const cell = sources.length === 4 ? 112 : 224;
      for (const [index, source] of sources.entries()) {
        const image = new Image();
        image.src = source;
        await image.decode();
        const at = [16 + cell * (index % 2), 16 + cell * Math.floor(index / 2)] as const;
        const room = cell * (sources.length === 4 ? 0.06 : 0.08);
        context.drawImage(image, at[0] + room, at[1] + room, cell - 2 * room, cell - 2 * room);
      }
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [sources, ground] as const,
  );
  return Buffer.from(bytes);
}

/** A picture as WebP, its longer side at most `side` pixels. */
async function shrink(picture: Buffer, type: string, side: number): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([source, side]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const scale = Math.min(1, side / Math.max(image.width, image.height));
      const canvas = new OffscreenCanvas(image.width * scale, image.height * scale);
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [`data:image/${type};base64,${picture.toString('base64')}`, side] as const,
  );
  return Buffer.from(bytes);
}

const dataUrl = (name: string) => `data:image/svg+xml;base64,${Buffer.from(svgOf(name)).toString('base64')}`;
const pictures: SamplePicture[] = [];

function keep(picture: SamplePicture, bytes: Buffer): void {
  writeFileSync(join(folder, picture.file), bytes);
  pictures.push(picture);
}

for (const [index, [title, ...things]] of SCENES.entries()) {
  const file = `scene-${String(index + 1).padStart(2, '0')}.webp`;
  const bytes = await draw(things.map(dataUrl), GROUNDS[index % GROUNDS.length] as string);
  keep({ file, title, kind: 'scene', things: things.map(called) }, bytes);
}
for (const [index, name] of SINGLE.split(' ').entries()) {
  const bytes = await draw([dataUrl(name)], GROUNDS[(index * 3) % GROUNDS.length] as string);
  const title = called(name).replace(/^./, (first) => first.toUpperCase());
  keep({ file: `${name}.webp`, title, kind: 'pictogram', things: [called(name)] }, bytes);
}
for (const { file: name, title, by, license, things, questions, side = SIDE } of PHOTOS) {
  const source = join(photos, name);
  const [plain, type] = name.split('.') as [string, string];
  const file = `photo-${plain.replaceAll('_', '-')}.webp`;
  // Without the folder, existing photos are kept.
  const bytes = existsSync(source)
    ? await shrink(readFileSync(source), type === 'jpg' ? 'jpeg' : type, side)
    : readFileSync(join(folder, file));
  keep({ file, title, kind: 'photo', things, questions, credit: { by, license } }, bytes);
}
const random = createRandom(SEED, 'samples/pages');
for (const [index, sheet] of PAGES.entries()) {
  const { name, title, width, height } = sheet;
  await page.setViewportSize({ width, height });
  await page.setContent(htmlOf(sheet, random.between(-1.5, 1.5), index + 1));
  const bytes = await shrink(await page.screenshot(), 'png', Math.max(width, height));
  const questions = ['What is written here?', ''];
  keep({ file: `page-${name}.webp`, title, kind: 'page', things: [], questions }, bytes);
}
await browser.close();

const path = join(folder, 'collection.json');
const collection = JSON.parse(readFileSync(path, 'utf8')) as object;
writeFileSync(path, `${JSON.stringify({ ...collection, pictures }, null, 1)}\n`);
