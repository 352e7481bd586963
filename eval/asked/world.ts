/** The items that questions are asked of: one for each day since 2015, so that a question about a day leaves something. */
import type { Metadata, Understood } from '../../src/shared/index-types.ts';
import { readQuestion } from '../../workers/index/question/read-question.ts';
import { rowsWith } from '../../workers/index/ranking.ts';
import { createWordsSync } from '../../workers/index/words/words-sync.ts';
import { memoryStore } from '../../workers/storage/database.ts';
import { item, openTab } from '../../workers/testing/collections.ts';
import { createRandom, type Random } from '../random.ts';
import type { Asked, Meant } from './meant.ts';

const TODAY = new Date(2026, 10, 28, 19);
const DAYS = 4350;

export interface World {
  metadata: readonly Metadata[];
  ask(question: Pick<Asked, 'text' | 'locale'>): Promise<Understood>;
}

type Maker = (draw: Random) => Metadata;

const up = (draw: Random, most: number) => 1 + draw.below(most);
const files: Maker = (draw) => ({
  price: up(draw, draw.chance(0.5) ? 200 : 3000),
  size: up(draw, draw.chance(0.5) ? 2e6 : 2e7),
  width: up(draw, 5000),
  height: up(draw, 4000),
  pages: up(draw, 60),
  rating: up(draw, 5),
});

/** What the items of a set have beside a date. */
const MAKERS: Readonly<Record<'development' | 'sealed', Maker>> = {
  development: (draw) => ({
    ...files(draw),
    kind: draw.pick(['pdf', 'image', 'video', 'note', 'spreadsheet']),
    tags: draw.pick([['vegan'], ['urgent'], ['paid'], ['family'], ['urgent', 'paid'], []]),
    folder: draw.pick(['Work', 'Travel', 'Taxes', 'Home']),
    author: draw.pick(['Anna Berger', 'Tom Okafor', 'Priya Nair']),
    camera: draw.pick(['Canon', 'Nikon', 'Leica', 'Sony']),
  }),
  sealed: (draw) => ({
    ...files(draw),
    kind: draw.pick(['pdf', 'image', 'video', 'note', 'spreadsheet', 'audio']),
    tags: draw.pick([
      ['vegan'],
      ['urgent', 'work'],
      ['tax'],
      ['family', 'holiday'],
      ['gluten free'],
      ['work'],
    ]),
    folder: draw.pick(['Recipes', 'Projects', 'Finance', 'Home']),
    author: draw.pick(['Mia Lindqvist', 'Omar Haddad', 'Jean Moreau']),
    camera: draw.pick(['Fujifilm', 'Pentax', 'iPhone 14']),
    city: draw.pick(['Lisbon', 'Berlin', 'Kyoto', 'Oslo']),
    duration_min: up(draw, 180),
    servings: up(draw, 8),
    weight_kg: up(draw, 150) / 10,
  }),
};

/** @param exact the words that the questions quote, which some items have */
export async function createWorld(set: keyof typeof MAKERS, exact: readonly string[]): Promise<World> {
  const draw = createRandom(7, set);
  const metadata = Array.from({ length: DAYS }, (_, i) => ({
    date: new Date(Date.UTC(2015, 0, 1 + i)).toISOString().slice(0, 10),
    ...MAKERS[set](draw),
  }));
  const store = memoryStore();
  const acquire = async () => () => {};
  const tab = await openTab({ store, name: 'asked', acquire } as unknown as Parameters<typeof openTab>[0]);
  const text = exact.join(', ') || 'text';
  await tab.append(metadata.map((one, i) => ({ ...item(`i${i}`, one), text })));
  const words = createWordsSync(store, tab.collection);
  return {
    metadata,
    ask: ({ text, locale }) =>
      tab.read((state) =>
        readQuestion(state, text, {
          where: undefined,
          locale,
          now: TODAY,
          rowsWith: rowsWith(state, words),
        }),
      ),
  };
}

export const quotedIn = (asked: readonly Asked[]): string[] =>
  asked.flatMap(({ meant }) => meant.flatMap((one: Meant) => ('exact' in one ? [one.exact] : [])));
