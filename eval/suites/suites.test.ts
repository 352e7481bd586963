import { describe, expect, test } from 'vitest';
import type { ArtSet } from '../art.ts';
import type { Data } from '../data.ts';
import type { Ask, Search, Suite } from '../family.ts';
import { names } from '../names.ts';
import { documentsSuite } from './documents.ts';
import { pagesSuite } from './pages.ts';
import { photosSuite } from './photos.ts';
import { scenesSuite } from './scenes.ts';
import { textSuite } from './text.ts';
import { videoSuite } from './video.ts';
import { wildSuite } from './wild.ts';

const everything: ArtSet = {
  id: 'plain',
  find: ({ hexcode }) => (hexcode ? `<svg id="${hexcode}"/>` : null),
};
const photos = names
  .flatMap(({ wnid }) => (wnid ? [{ wnid, url: `/data/photos/${wnid}_x.jpg` }] : []))
  .slice(0, 60);
const data: Data = {
  art: { trained: [everything], unseen: [everything] },
  photos,
  captioned: Array.from({ length: 9 }, (_, i) => ({
    url: `/data/captioned/${i}.jpg`,
    captions: [`a photo of ${i}`, `${i} again`].slice(i % 3),
    things: ['dog', 'couch', 'dog']
      .slice(i % 4)
      .map((name) => ({ name, kind: '', box: { x: 0, y: 0, width: 0, height: 0 } })),
    crowds: [],
  })),
  sentences: Array.from({ length: 30 }, (_, i) => ({ score: i % 6, a: `a ${i}`, b: `b ${i}` })),
  retrieval: [
    {
      name: '',
      corpus: [
        { id: 'x', text: 'one' },
        { id: 'y', text: 'two' },
      ],
      queries: [{ id: 'q', text: 'which' }],
      grades: new Map([['q', new Map([['y', 2]])]]),
      note: '',
    },
  ],
  pages: [],
  folders: {},
  notes: [],
};
const made: Record<string, (seed: number) => Suite> = {
  scenes: (seed) => scenesSuite(data, seed, 6),
  photos: (seed) => photosSuite(data, seed, 6),
  wild: (seed) => wildSuite(data, seed, 9),
  text: (seed) => textSuite(data, seed, { pairs: 20, questions: 5 }),
  video: (seed) => videoSuite(data, seed, 6),
  documents: (seed) => documentsSuite(data, seed, 6),
};

const comparable = (suite: Suite) =>
  JSON.stringify(suite, (_, value) => (value instanceof Map ? [...value] : value));

describe.each(Object.entries(made))('%s', (_, draw) => {
  test('equal seeds give equal data, different seeds different data', () => {
    expect(comparable(draw(1))).toBe(comparable(draw(1)));
    expect(comparable(draw(1))).not.toBe(comparable(draw(2)));
  });

  test('every query has a relevant target, every picture is planned, and its art exists', () => {
    const { searches, drawing } = draw(3);
    for (const { queries, targets, relevant, self } of searches) {
      expect(queries.length).toBeGreaterThan(0);
      expect(relevant.length).toBe(queries.length);
      for (const [i, gains] of relevant.entries()) {
        expect(gains.size).toBeGreaterThan(0);
        for (const at of gains.keys()) {
          expect(targets[at]).toBeDefined();
          expect(at).not.toBe(self?.[i]);
        }
      }
      for (const { image, frames = [], pages = [] } of [...queries, ...targets]) {
        for (const key of [...(image ? [image] : []), ...frames, ...pages])
          expect(drawing.pictures).toHaveProperty([key]);
      }
    }
    const used = JSON.stringify(drawing.pictures).match(/(?<="art":")[^"]+/g) ?? [];
    for (const key of used) expect(drawing.art).toHaveProperty([key]);
  });
});

describe('scenes', () => {
  const { searches } = scenesSuite(data, 5, 12);
  const family = (name: string) => searches.find((search) => search.family === name) as Search;

  test('names that occur in no training trace are evaluated separately', () => {
    const traced = new Map(names.map(({ name, traced }) => [name, traced]));
    for (const { text = '' } of family('trained/qa').targets) expect(traced.get(text)).toBe(true);
    for (const { text = '' } of family('untraced/qa').targets) expect(traced.get(text)).toBe(false);
  });

  test.each(['composed', 'related'])(
    '%s: a changed picture is looked for among what it was changed from, too, and among wrong changes',
    (task) => {
      const { targets, relevant } = family(`trained/${task}`);
      for (const gains of relevant) {
        const [at] = gains.keys();
        expect(targets[at as number]?.image).toMatch(/after$/);
        expect(targets[(at as number) - 1]?.image).toMatch(/again$/);
        expect(targets[(at as number) + 1]?.image).toMatch(/wrong$/);
      }
    },
  );

  test('the candidates include every name in a picture, and every part of it', () => {
    const { targets, queries } = family('trained/qa');
    const answers = new Set(targets.map(({ text }) => text));
    for (const { teacher } of queries) {
      const named = teacher?.full.match(/(?<=(> |; )).+?(?= (north|south)(west|east))/g) ?? [];
      expect(named.length).toBeGreaterThanOrEqual(4);
      for (const name of named.slice(0, 4)) expect(answers).toContain(name);
    }
    expect(family('trained/grounding').targets.length).toBe(4 * queries.length);
  });

  test('the expected count equals the teacher’s', () => {
    const { queries, targets, relevant } = family('trained/counting');
    for (const [i, { teacher }] of queries.entries()) {
      const [thing, number] = (teacher?.answer.replace('</think> ', '') ?? '').split(' : ') as [
        string,
        string,
      ];
      const listed = teacher?.full.split(';').filter((entry) => entry.trim().endsWith(` ${thing}`)).length;
      const [at] = relevant[i]?.keys() ?? [];
      expect(targets[at as number]?.text).toBe(number);
      expect(listed).toBe((at as number) + 1);
    }
  });
});

describe('captioned photographs', () => {
  const { searches } = wildSuite(data, 1, 9);
  const [toPhoto, toText] = searches as [Search, Search];

  test('a photograph without a caption is in the pool, but no query looks for it', () => {
    const captions = data.captioned.flatMap(({ captions }) => captions);
    expect(toPhoto.targets).toHaveLength(9);
    expect(toPhoto.queries.map(({ text }) => text).sort()).toEqual([...captions].sort());
    expect(toText.queries).toHaveLength(data.captioned.filter(({ captions }) => captions.length > 0).length);
  });

  test('what people drew boxes around is the teacher’s trace', () => {
    const traces = new Set(toPhoto.targets.map(({ teacher }) => teacher?.answer));
    expect(traces).toContain('</think> two dog , a couch');
    expect(traces).toContain(undefined);
  });

  test('questions are asked only where the boxes leave one answer', () => {
    const thing = (name: string, kind: string, x: number, y: number, side = 0.2) => ({
      name,
      kind,
      box: { x, y, width: side, height: side },
    });
    // A couch in the middle, a dog on its left, a cat and a bird on its right, two cups above it, and crumbs below.
    const things = [
      thing('couch', 'furniture', 0.4, 0.4),
      thing('dog', 'animal', 0.05, 0.42),
      thing('cat', 'animal', 0.7, 0.35),
      thing('bird', 'animal', 0.75, 0.45),
      thing('cup', 'kitchen', 0.38, 0.1, 0.15),
      thing('cup', 'kitchen', 0.45, 0.1, 0.15),
      thing('spoon', 'kitchen', 0.5, 0.9, 0.01),
    ];
    const other = { url: '/other.jpg', captions: [], things: [thing('dog', 'animal', 0.4, 0.4)], crowds: [] };
    const photos = [{ url: '/one.jpg', captions: [], things, crowds: [] }, other];
    const seen = new Map<string, Set<string>>();
    for (let seed = 0; seed < 40; seed++) {
      const { searches, drawing } = wildSuite({ ...data, captioned: photos }, seed, 9);
      for (const { family, queries, targets, relevant, among } of searches) {
        for (const [i, query] of queries.entries()) {
          const right = [...(relevant[i]?.keys() ?? [])].map((at) => targets[at] as Ask);
          const said = `${query.text} ${right.map(({ text, image }) => text ?? image)}`;
          seen.set(family, (seen.get(family) ?? new Set()).add(said));
          for (const { image } of right) if (image) expect(drawing.pictures).toHaveProperty([image]);
          if (among) expect(among[i]).toHaveLength(2);
        }
      }
    }
    const about = (family: string, cue: RegExp) =>
      [...(seen.get(family) ?? [])].filter((said) => cue.test(said));
    // What lies right of the couch has two names, and what is below it is too small.
    expect(about('what-is-where', /right.* (the |)(couch|sofa)\b/)).toEqual([]);
    expect(about('what-is-where', /(below|under|beneath).* (the |)(couch|sofa)\b/)).toEqual([]);
    for (const said of about('what-is-where', /left.* (the |)(couch|sofa)\b/)) expect(said).toMatch(/ dog$/);
    for (const said of about('what-is-where', /(above|over|on top of) the (couch|sofa)\b/))
      expect(said).toMatch(/ cup$/);
    expect(about('what-is-where', / dog$/)).not.toEqual([]);
    for (const said of about('how-many', /cups/)) expect(said).toMatch(/ two$/);
    expect(about('how-many', /cups/)).not.toEqual([]);
    expect(about('kind', /What type of object is .*left.* the (couch|sofa)\b/)).not.toEqual([]);
    for (const said of about('kind', /What type of object is .*left.* the (couch|sofa)\b/))
      expect(said).toMatch(/ animal$/);
    for (const said of about('crop', /(above|over|on top of) the (couch|sofa)\b/)) {
      expect(said).toMatch(/ (\/one\.jpg#[45],?)+$/);
    }
    expect(about('which-of-two', /a dog and/)).toEqual([]);
    expect(about('which-of-two', /\.jpg$/)).not.toEqual([]);
  });
});

test('nothing is asked that a crowd leaves open', () => {
  const thing = (name: string, x: number, y: number) => ({
    name,
    kind: '',
    box: { x, y, width: 0.2, height: 0.2 },
  });
  // Two people and a dog beside a couch, and more people behind the dog.
  const things = [
    thing('couch', 0.4, 0.4),
    thing('dog', 0.05, 0.42),
    thing('person', 0.4, 0.05),
    thing('person', 0.5, 0.1),
  ];
  const asked = (crowds: typeof things) => {
    const photos = [
      { url: '/one.jpg', captions: [], things, crowds },
      { url: '/two.jpg', captions: [], things: things.slice(0, 1), crowds: [] },
    ];
    return Array.from({ length: 40 }, (_, seed) => wildSuite({ ...data, captioned: photos }, seed, 9))
      .flatMap(({ searches }) => searches)
      .flatMap(({ family, queries }) => queries.map(({ text }) => `${family}: ${text}`));
  };
  const open = [
    /^how-many: .*(people|persons|humans)/,
    /^what-is-where: .*left.*(couch|sofa)/,
    /^which-of-two: .*two (people|persons|humans)/,
  ];
  for (const cue of open) expect(asked([]).filter((said) => cue.test(said))).not.toEqual([]);
  const left = asked([thing('person', 0.02, 0.4)]);
  for (const cue of open) expect(left.filter((said) => cue.test(said))).toEqual([]);
});

test('what moves over a photograph is nothing that is on it, and every clip is there forwards and backwards', () => {
  const thing = (name: string) => ({ name, kind: '', box: { x: 0.1, y: 0.1, width: 0.4, height: 0.3 } });
  const captioned = ['dog', 'cat', 'car', 'dog'].map((name, i) => ({
    url: `/${i}-${name}.jpg`,
    captions: [],
    things: [thing(name), { ...thing('crumb'), box: { x: 0, y: 0, width: 0.01, height: 0.01 } }],
    crowds: i === 2 ? [thing('cat')] : [],
  }));
  const { searches, drawing } = videoSuite({ ...data, captioned }, 3, 20);
  const ofPhotos = searches.filter(({ family }) => family.startsWith('photos/'));
  expect(ofPhotos.map(({ family, queries }) => [family, queries.length])).toEqual([
    ['photos/what-moves', 20],
    ['photos/direction', 20],
    ['photos/what-comes-in', 20],
    ['photos/text-to-clip', 20],
  ]);
  const pasted = Object.values(drawing.pictures).flatMap((picture) =>
    picture.kind === 'pasted' ? [picture] : [],
  );
  expect(pasted.filter(({ part }) => !part)).toHaveLength(20);
  for (const { url, part } of pasted) {
    const name = part?.url.slice(3, 6);
    if (name) expect(url).not.toContain(name);
    // A crowd of cats sits on the photograph of the car.
    if (name === 'cat') expect(url).not.toContain('car');
  }
  const [moves, , , clips] = ofPhotos as [Search, Search, Search, Search];
  expect(moves.targets).not.toContainEqual({ text: 'bird' });
  for (const [i, { frames }] of moves.queries.entries()) {
    expect(clips.targets[2 * i]?.frames).toEqual(frames);
    expect(clips.targets[2 * i + 1]?.frames).toEqual(frames?.toReversed());
  }
});

describe('pages', () => {
  const texts = Array.from({ length: 40 }, (_, i) => ({
    id: `d${i}`,
    text: Array.from({ length: 12 * i + 1 }, (_, at) => `w${i}_${at}`).join(' \n'),
  }));
  const grades = new Map(
    Array.from({ length: 8 }, (_, i) => [
      `q${i}`,
      new Map(texts.slice(4 * i, 4 * i + 6).map(({ id }, at) => [id, at === 5 ? 0 : 2])),
    ]),
  );
  const queries = [...grades.keys()].map((id) => ({ id, text: `about ${id}` }));
  const collection = { name: '', corpus: texts, queries, grades, note: '' };
  const drawn = (seed: number, pages = 20) =>
    pagesSuite({ ...data, pages: [collection] }, seed, { pages, signs: 9 });

  test('equal seeds give equal plans, different seeds different ones', () => {
    expect(comparable(drawn(1))).toBe(comparable(drawn(1)));
    expect(comparable(drawn(1))).not.toBe(comparable(drawn(2)));
  });

  test('a pool holds what its queries need and others, each planned as a picture and as the same text', () => {
    const { printed, drawing } = drawn(3);
    const [pages, signs] = printed ?? [];
    expect(pages?.pictures).toHaveLength(20);
    for (const [at, key] of (pages?.pictures ?? []).entries()) {
      const text = pages?.texts?.[at] as string;
      expect(drawing.pictures[key]).toMatchObject({ kind: 'print', text });
      expect(text.split(' ').length).toBeLessThanOrEqual(300);
      expect(texts.map(({ text }) => text.replaceAll('\n', ''))).toContainEqual(
        expect.stringContaining(text),
      );
    }
    for (const [i, gains] of (pages?.relevant ?? []).entries()) {
      const id = pages?.queries[i]?.replace('about ', '') as string;
      expect(gains.size).toBeGreaterThanOrEqual(4);
      for (const [at, grade] of gains) {
        const document = /^w(\d+)_/.exec(pages?.texts?.[at] as string)?.[1];
        expect(grades.get(id)?.get(`d${document}`)).toBe(grade);
        expect(grade).toBeGreaterThan(0);
      }
    }
    expect(signs?.queries).toHaveLength(9);
    expect(new Set(signs?.queries).size).toBe(9);
    for (const [at, key] of (signs?.pictures ?? []).entries())
      expect(drawing.pictures[key]).toMatchObject({ kind: 'sign', words: signs?.queries[at] });
  });

  test('a collection that nothing asks about has no rows, one smaller than the pool is taken whole', () => {
    const nothing = { ...collection, queries: [] };
    const { printed } = pagesSuite({ ...data, captioned: [], pages: [nothing] }, 1, { pages: 9, signs: 9 });
    expect(printed).toEqual([]);
    expect(drawn(1, 1000).printed?.[0]?.pictures).toHaveLength(40);
  });
});
