/** The items that questions are asked of: one for each day, so that a question about a day leaves something. */
import type {
  Condition,
  JsonValue,
  Metadata,
  MetadataFilter,
  Understood,
} from '../../src/shared/index-types.ts';
import { readQuestion } from '../../workers/index/question/read-question.ts';
import { rowsWith } from '../../workers/index/ranking.ts';
import { createWordsSync } from '../../workers/index/words/words-sync.ts';
import { memoryStore } from '../../workers/storage/database.ts';
import { item, openTab } from '../../workers/testing/collections.ts';
import { createRandom, type Random } from '../random.ts';
import { type Asked, DOCX, type Meant, XLSX } from './meant.ts';

const TODAY = new Date(2026, 10, 28, 19);
const DAY = 86_400_000;

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

/** What the items of a set have beside a date; `fresh`: in the shape that files have in an index, and what people add. */
const MAKERS: Readonly<Record<'development' | 'sealed' | 'fresh', Maker>> = {
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
  fresh: (draw) => {
    const [kind, type] = draw.pick(KINDS);
    return {
      ...{ kind, type, bytes: up(draw, draw.chance(0.5) ? 5e5 : 3e7) },
      ...{
        width: up(draw, 60) * 100 + 20,
        height: up(draw, 5000),
        iso: draw.pick([100, 400, 800, 1600, 3200, 6400]),
      },
      ...{ amount: up(draw, draw.chance(0.6) ? 150 : 5000), rating: up(draw, 5), pages: up(draw, 600) },
      ...{ weight_kg: up(draw, 150) / 10, duration_s: up(draw, draw.chance(0.5) ? 400 : 9000) },
      ...{ distance_km: up(draw, 500) / 10, calories: up(draw, 1200), servings: up(draw, 8) },
      tags: draw.pick([
        ['work'],
        ['family', 'holiday'],
        ['urgent'],
        ['tax', 'paid'],
        ['screenshot'],
        ['to do'],
        ['favourite'],
        [],
      ]),
      folders: draw.pick([['Finance'], ['Projects', 'House'], ['Recipes'], ['School']]),
      author: draw.pick(['Mia Lindqvist', 'Omar Haddad', 'Jean Moreau']),
      camera: draw.pick([
        ['Fujifilm', 'X-T4', 'Fujifilm X-T4'],
        ['Pentax', 'K-70', 'Pentax K-70'],
        ['Apple', 'iPhone 14'],
      ]),
      city: draw.pick(['Lisbon', 'Berlin', 'Kyoto', 'Oslo']),
    };
  },
};

const KINDS = [
  ...[
    ['image', 'image/jpeg'],
    ['image', 'image/png'],
    ['pdf', 'application/pdf'],
    ['receipt', 'application/pdf'],
  ],
  ...[
    ['note', 'text/markdown'],
    ['note', 'text/plain'],
    ['video', 'video/mp4'],
    ['audio', 'audio/mpeg'],
  ],
  ...[
    ['document', DOCX],
    ['spreadsheet', XLSX],
    ['spreadsheet', 'text/csv'],
  ],
] as const;

/** One item for each of so many days back from today; before these, and from 1985 on, one a week. */
function days(set: keyof typeof MAKERS): Date[] {
  if (set !== 'fresh') return Array.from({ length: 4350 }, (_, i) => new Date(Date.UTC(2015, 0, 1 + i)));
  const start = Date.UTC(2012, 0, 1);
  const weekly = Array.from({ length: 1400 }, (_, i) => new Date(start - (1400 - i) * 7 * DAY));
  return [...weekly, ...Array.from({ length: 5446 }, (_, i) => new Date(start + i * DAY))];
}

/** @param asked whose quoted words some items have; of the fresh questions there is also an item for each that it asks for */
export async function createWorld(set: keyof typeof MAKERS, asked: readonly Asked[]): Promise<World> {
  const exact = quotedIn(asked);
  const draw = createRandom(7, set);
  const metadata: Metadata[] = days(set).map((day) => ({ date: dateOf(day), ...MAKERS[set](draw) }));
  if (set === 'fresh') metadata.push(...asked.map(({ meant }) => fitting(draw.pick(metadata), meant)));
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

const dateOf = (day: Date) => day.toISOString().slice(0, 10);

/** An item that a question asks for: people search for what they have. */
function fitting(item: Metadata, meant: readonly Meant[]): Metadata {
  const made: Record<string, JsonValue> = { ...item };
  for (const one of meant) {
    if ('near' in one) made[one.near] = one.value;
    for (const [field, condition] of Object.entries('any' in one ? (one.any[0] as MetadataFilter) : {})) {
      if (field === 'not') continue;
      const value = within(condition as Condition);
      const listed = made[field];
      made[field] = Array.isArray(listed) ? [...listed, value] : value;
    }
  }
  return made;
}

function within(condition: Condition): string | number {
  if (typeof condition !== 'object' || condition === null) return condition as string;
  if ('in' in condition) return condition.in[0] as string;
  const { gte, gt, lte, lt } = condition as Record<string, string | number | undefined>;
  const least = gte ?? lte;
  if (least !== undefined) return least;
  if (typeof gt === 'number') return gt + 1;
  return typeof lt === 'string' ? dateOf(new Date(Date.parse(lt) - DAY)) : 0.9 * (lt as number);
}

const quotedIn = (asked: readonly Asked[]): string[] =>
  asked.flatMap(({ meant }) => meant.flatMap((one: Meant) => ('exact' in one ? [one.exact] : [])));
