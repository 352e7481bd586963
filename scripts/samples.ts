/**
 * Redraws the demo's sample pictures: `node scripts/run.mjs scripts/samples.ts [FOLDER_OF_PHOTOS]`, after `npm ci` in training/,
 * which installs the art. The photos are files of scikit-image's data folder. Rewrites `pictures` in
 * public/samples/collection.json; the rest of that file (notes, licenses) is written by hand.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { needChromium } from './browsers/chromium.ts';
import { root } from './paths.ts';

interface Picture {
  file: string;
  title: string;
  kind: 'scene' | 'pictogram' | 'photo';
  /** The things in it; for a scene in the order top left, top right, bottom left, bottom right. */
  things: string[];
}

const SCENES: readonly [title: string, ...things: [string, string, string, string]][] = [
  ['Fruit stall', 'pineapple', 'cherries', 'watermelon', 'banana'],
  ['Savannah', 'lion', 'giraffe', 'zebra', 'elephant'],
  ['Birthday', 'birthday-cake', 'balloon', 'wrapped-gift', 'candle'],
  ['Band practice', 'guitar', 'drum', 'trumpet', 'violin'],
  ['Harbour', 'sailboat', 'anchor', 'lighthouse', 'ferry'],
  ['Kitchen', 'teapot', 'kitchen-knife', 'spoon', 'egg'],
  ['Workshop', 'hammer', 'screwdriver', 'wrench', 'axe'],
  ['Rush hour', 'taxi', 'bus', 'bicycle', 'motorcycle'],
  ['Deep sea', 'octopus', 'shark', 'crab', 'dolphin'],
  ['Farm', 'cow', 'pig', 'rooster', 'tractor'],
  ['Desert', 'cactus', 'camel', 'scorpion', 'snake'],
  ['Winter', 'snowman', 'sled', 'penguin', 'scarf'],
  ['Café', 'croissant', 'doughnut', 'hot-beverage', 'cookie'],
  ['Night sky', 'rocket', 'ringed-planet', 'telescope', 'satellite'],
  ['Garden', 'sunflower', 'butterfly', 'tulip', 'snail'],
  ['Forest', 'fox', 'owl', 'mushroom', 'evergreen-tree'],
  ['Playground', 'kite', 'teddy-bear', 'yo-yo', 'soccer-ball'],
  ['Office', 'laptop', 'printer', 'paperclip', 'telephone'],
  ['Picnic', 'sandwich', 'grapes', 'cheese-wedge', 'wine-glass'],
  ['Jungle', 'tiger', 'parrot', 'monkey', 'palm-tree'],
  ['Pond', 'frog', 'duck', 'swan', 'lotus'],
  ['Airfield', 'airplane', 'helicopter', 'parachute', 'fuel-pump'],
  ['Music shelf', 'saxophone', 'microphone', 'radio', 'accordion'],
  ['Vegetables', 'carrot', 'broccoli', 'eggplant', 'onion'],
  ['Wardrobe', 'dress', 'jeans', 'top-hat', 'running-shoe'],
  ['Camping', 'tent', 'fire', 'backpack', 'compass'],
  ['Sport day', 'basketball', 'tennis', 'trophy', 'whale'],
  ['Odd company', 'elephant', 'umbrella', 'pizza', 'piano'],
  ['Lost things', 'key', 'umbrella', 'glasses', 'watch'],
  ['Rainy day', 'cloud', 'umbrella', 'book', 'cat'],
  ['Breakfast', 'pancakes', 'honey-pot', 'bacon', 'strawberry'],
  ['Doctor', 'stethoscope', 'syringe', 'pill', 'ambulance'],
  ['Castle', 'castle', 'crown', 'horse', 'crossed-swords'],
  ['Pets', 'dog', 'rabbit', 'hamster', 'turtle'],
  ['Street food', 'hamburger', 'taco', 'hot-dog', 'french-fries'],
  ['Tea time', 'teapot', 'cupcake', 'lemon', 'honeybee'],
];

const SINGLE =
  'apple bear banana bell camera peacock cherries chair clock crocodile diamond flamingo door eagle fish flute gorilla goat grapes guitar hedgehog helicopter horse kangaroo key koala ladder lobster locomotive mango motor-boat mouse necktie orca panda peach pear penguin pretzel radio rose scissors sheep shovel spider star strawberry sun squid teddy-bear toilet truck turkey umbrella volcano wolf';

const PHOTOS: readonly [file: string, title: string][] = [
  ['chelsea.png', 'Chelsea the cat'],
  ['coffee.png', 'A cup of coffee'],
  ['rocket.jpg', 'Night launch'],
  ['camera.png', 'At the camera'],
  ['hubble_deep_field.jpg', 'Deep field'],
];

/** Plain names that differ from the art's: `ART` maps plain names to the art's, `CALLED` the other way round. */
const ART: Record<string, string> = {
  piano: 'musical-keyboard',
  book: 'open-book',
  clock: 'alarm-clock',
  diamond: 'gem-stone',
  apple: 'red-apple',
  sheep: 'ewe',
  truck: 'delivery-truck',
};
const CALLED: Record<string, string> = {
  'hot-beverage': 'cup of coffee',
  'ringed-planet': 'planet',
  'evergreen-tree': 'tree',
  'soccer-ball': 'ball',
  'cheese-wedge': 'cheese',
  'wrapped-gift': 'gift',
  'crossed-swords': 'swords',
  'running-shoe': 'shoe',
  'motor-boat': 'boat',
};
const GROUNDS = ['#fff7e8', '#eaf4ff', '#effaf0', '#fdeff2', '#f3f0ff', '#fffbe0', '#e9f7f6', '#f6f6f6'];

const art = JSON.parse(
  readFileSync(join(root, 'training/node_modules/@iconify-json/noto/icons.json'), 'utf8'),
) as {
  width: number;
  icons: Record<string, { body: string }>;
};
const folder = join(root, 'public/samples');
const photos = process.argv[3] ?? '';

function svg(name: string): string {
  const icon = art.icons[ART[name] ?? name];
  if (!icon) throw new Error(`the art has no ${name}`);
  const size = art.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">${icon.body}</svg>`;
}

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

/** The central part of a photograph, 320 px on the long side, as WebP. */
async function shrink(file: string): Promise<Buffer> {
  const type = file.endsWith('.png') ? 'image/png' : 'image/jpeg';
  const source = `data:${type};base64,${readFileSync(file).toString('base64')}`;
  const bytes = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const scale = 320 / Math.max(image.width, image.height);
    const canvas = new OffscreenCanvas(image.width * scale, image.height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, source);
  return Buffer.from(bytes);
}

const dataUrl = (name: string) => `data:image/svg+xml;base64,${Buffer.from(svg(name)).toString('base64')}`;
const called = (name: string) => CALLED[name] ?? name.replaceAll('-', ' ');
const pictures: Picture[] = [];

async function keep(picture: Picture, bytes: Buffer): Promise<void> {
  writeFileSync(join(folder, picture.file), bytes);
  pictures.push(picture);
}

for (const [index, [title, ...things]] of SCENES.entries()) {
  const file = `scene-${String(index + 1).padStart(2, '0')}.webp`;
  const bytes = await draw(things.map(dataUrl), GROUNDS[index % GROUNDS.length] as string);
  await keep({ file, title, kind: 'scene', things: things.map(called) }, bytes);
}
for (const [index, name] of SINGLE.split(' ').entries()) {
  const bytes = await draw([dataUrl(name)], GROUNDS[(index * 3) % GROUNDS.length] as string);
  const title = called(name).replace(/^./, (first) => first.toUpperCase());
  await keep({ file: `${name}.webp`, title, kind: 'pictogram', things: [called(name)] }, bytes);
}
for (const [name, title] of PHOTOS) {
  const source = join(photos, name);
  const file = `photo-${name.replace(/\.\w+$/, '').replaceAll('_', '-')}.webp`;
  // Without the folder, existing photos are kept.
  const bytes = existsSync(source) ? await shrink(source) : readFileSync(join(folder, file));
  await keep({ file, title, kind: 'photo', things: [] }, bytes);
}
await browser.close();

const path = join(folder, 'collection.json');
const collection = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
writeFileSync(path, `${JSON.stringify({ ...collection, pictures }, null, 1)}\n`);
