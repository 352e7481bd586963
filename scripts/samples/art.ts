/** What the drawn samples show, by the names of the art, and the art's pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';

export const SCENES: readonly [title: string, ...things: [string, string, string, string]][] = [
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

export const SINGLE =
  'apple bear banana bell camera peacock cherries chair clock crocodile diamond flamingo door eagle fish flute gorilla goat grapes guitar hedgehog helicopter horse kangaroo key koala ladder lobster locomotive mango motor-boat mouse necktie orca panda peach pear penguin pretzel radio rose scissors sheep shovel spider star strawberry sun squid teddy-bear toilet truck turkey umbrella volcano wolf';

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

const art = JSON.parse(readFileSync(join(root, 'node_modules/@iconify-json/noto/icons.json'), 'utf8')) as {
  width: number;
  icons: Record<string, { body: string }>;
};

export function svgOf(name: string): string {
  const icon = art.icons[ART[name] ?? name];
  if (!icon) throw new Error(`the art has no ${name}`);
  const size = art.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">${icon.body}</svg>`;
}

export function called(name: string): string {
  return CALLED[name] ?? name.replaceAll('-', ' ');
}
