/** Printed text that must be read: texts rendered as pages, compared with the same texts as text, and signs in photographs. */
import type { Data } from '../data.ts';
import { only, type PrintSearch, type Suite } from '../family.ts';
import type { Lettering, Picture, PrintLook, SignLook } from '../pictures.ts';
import { createRandom, type Random } from '../random.ts';
import { gradesByPlace, type Retrieval } from '../retrieval.ts';

/** A text is cut after this many words, both on its page and as text. */
const MOST_WORDS = 300;
/** Relevant pages that a query brings with it; the rest of the pool is drawn. */
const OWN_PAGES = 4;
/** Share of the pool that queries bring. */
const ASKED = 0.7;

/** Named fonts, and similar ones for systems that lack them. */
const FAMILIES = [
  '"DejaVu Sans", Verdana, sans-serif',
  '"DejaVu Serif", Georgia, serif',
  '"Liberation Serif", "Times New Roman", serif',
  '"Liberation Sans", Arial, sans-serif',
  '"Liberation Mono", "Courier New", monospace',
];
const DEGREE = Math.PI / 180;

/** @param most pages of a collection, and photographs */
export function pagesSuite(
  { pages, captioned }: Data,
  seed: number,
  most: { pages: number; signs: number },
): Suite {
  const pictures: Record<string, Picture> = {};
  const printed = pages.flatMap((collection) =>
    collectionOf(collection, createRandom(seed, `pages/${collection.name}`), most.pages, pictures),
  );
  const random = createRandom(seed, 'pages/signs');
  const photos = random.sample(captioned, most.signs);
  const words = differentSigns(photos.length, random);
  const signs = words.map((said, i) => {
    const key = `signs/${i}`;
    const { url } = photos[i] as (typeof photos)[number];
    pictures[key] = { kind: 'sign', url, words: said, look: signLook(random) };
    return key;
  });
  if (signs.length > 0) {
    printed.push({
      suite: 'pages',
      family: 'signs',
      metrics: ['hit@1', 'recall@10'],
      pictures: signs,
      queries: words,
      relevant: only(words.map((_, i) => i)),
    });
  }
  return { searches: [], printed, similarities: [], drawing: { pictures, art: {} } };
}

/** Queries are drawn with some of their relevant pages until these fill their share of the pool. */
function collectionOf(
  { name, corpus, queries, grades }: Retrieval,
  random: Random,
  most: number,
  pictures: Record<string, Picture>,
): PrintSearch[] {
  const texts = new Map(corpus.map(({ id, text }) => [id, text]));
  const pool = new Set<string>();
  const asked: Retrieval['queries'][number][] = [];
  const gainsOf = (id: string) => [...(grades.get(id) ?? [])].filter(([, grade]) => grade > 0);
  for (const query of random.sample(queries, queries.length)) {
    const own = random.sample(gainsOf(query.id), OWN_PAGES).map(([document]) => document);
    const missing = own.filter((document) => !pool.has(document));
    if (asked.length > 0 && pool.size + missing.length > ASKED * most) break;
    for (const document of missing) pool.add(document);
    asked.push(query);
  }
  if (asked.length === 0) return [];
  const others = [...texts.keys()].filter((id) => !pool.has(id));
  for (const id of random.sample(others, Math.max(0, most - pool.size))) pool.add(id);

  const gradesOfPooled = gradesByPlace(
    [...pool].map((id) => ({ id })),
    grades,
  );
  const cut = [...pool].map((id) =>
    (texts.get(id) as string).trim().split(/\s+/).slice(0, MOST_WORDS).join(' '),
  );
  const keys = cut.map((text, at) => {
    const key = `pages/${name}/${at}`;
    pictures[key] = { kind: 'print', text, look: printLook(random) };
    return key;
  });
  return [
    {
      suite: 'pages',
      family: name === '' ? 'pages' : `pages/${name}`,
      metrics: ['nDCG@10', 'hit@1'],
      pictures: keys,
      texts: cut,
      queries: asked.map(({ text }) => text),
      relevant: asked.map(({ id }) => new Map([...gradesOfPooled(id)].filter(([, grade]) => grade > 0))),
    },
  ];
}

function lettering(random: Random, darkness: number): Lettering {
  const isDark = random.chance(darkness);
  return {
    family: random.pick(FAMILIES),
    ground: isDark ? '#181c24' : '#fcfbf7',
    ink: isDark ? '#e8e8e0' : '#161618',
    turn: random.chance(1 / 3) ? random.between(-2.5, 2.5) * DEGREE : 0,
  };
}

export function printLook(random: Random): PrintLook {
  return {
    ...lettering(random, 0.2),
    size: random.pick([16, 18, 20, 24, 28]),
    columns: random.pick([1, 1, 2]),
    noise: random.pick([0, 0, 6, 14]),
    noiseSeed: random.below(2 ** 31),
    blur: random.pick([0, 0, 0.6]),
  };
}

function signLook(random: Random): SignLook {
  const colours = random.pick([
    { ground: '#14285a', ink: '#fafaf0' },
    { ground: '#f0ecdc', ink: '#1e1414' },
    { ground: '#0b5d3b', ink: '#ffffff' },
    { ground: '#f2c230', ink: '#101010' },
  ]);
  return {
    ...lettering(random, 0),
    ...colours,
    size: random.between(0.035, 0.06),
    x: random.next(),
    y: random.next(),
  };
}

const QUALITIES = [
  'Old',
  'Green',
  'Royal',
  'Open',
  'Silver',
  'Northern',
  'Little',
  'Grand',
  'Quiet',
  'Golden',
];
const OWNERS = ['Miller', 'Baker', 'Tanaka', 'Rossi', 'Novak', 'Berg', 'Costa', 'Duval', 'Keller', 'Hughes'];
const PLACES = [
  'Bakery',
  'Harbour',
  'Museum',
  'Pharmacy',
  'Library',
  'Garden',
  'Bridge',
  'Tailor',
  'Bicycles',
  'Laundry',
  'Market',
  'Theatre',
  'Florist',
  'Bookshop',
  'Garage',
  'Dentist',
  'Hostel',
  'Kitchen',
  'Ferry',
  'Tunnel',
  'Stadium',
  'Chapel',
];
const DAYS = ['Monday', 'Tuesday', 'Friday', 'Sunday'];

/** All different, and so many that most words occur on several signs; fewer than `count` if there are no more. */
function differentSigns(count: number, random: Random): string[] {
  const all = PLACES.flatMap((place) => [
    ...QUALITIES.map((quality) => `${quality} ${place}`),
    ...OWNERS.map((owner) => `${owner} ${place}`),
    ...DAYS.map((day) => `${place} closed on ${day}`),
  ]);
  return random.sample(all, count);
}
