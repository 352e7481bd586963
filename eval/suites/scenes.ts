/** Scenes of four things, of each kind of art: questions, changes, parts, captions, counts. */
import { pictograms, type Stock } from '../art.ts';
import type { Data } from '../data.ts';
import { type Ask, only, type Search, type Suite } from '../family.ts';
import { type Name, names } from '../names.ts';
import type { Picture, Scene, Source } from '../pictures.ts';
import { createRandom, type Random } from '../random.ts';
import { drawScene } from '../scenes/draw.ts';
import {
  ask,
  caption,
  description,
  isRight,
  type Question,
  teacherTraces,
  wordTraces,
} from '../scenes/questions.ts';

export function scenesSuite(data: Data, seed: number, count: number): Suite {
  const art: Record<string, string> = {};
  const pictures: Record<string, Picture> = {};
  const stocks = [
    pictograms('trained', data.art.trained, (name) => name.traced, art),
    pictograms('untraced', data.art.trained, (name) => !name.traced, art),
    pictograms('unseen', data.art.unseen, (name) => name.traced, art),
    ...(data.photos.length >= 5 ? [photographs(data)] : []),
  ];
  const searches = stocks.flatMap((stock) => families(stock, seed, count, pictures));
  return { searches, similarities: [], drawing: { pictures, art } };
}

function photographs({ photos }: Data): Stock {
  const byWnid = new Map(photos.map((photo) => [photo.wnid, photo.url]));
  const shown = names.filter(({ wnid }) => wnid && byWnid.has(wnid));
  return {
    id: 'photos',
    names: shown,
    source: ({ wnid }) => ({ photo: byWnid.get(wnid as string) as string }),
  };
}

/** A scene, and what becomes of it when one thing changes. */
interface World {
  things: readonly Name[];
  change: { incoming: Name; at: number };
  changed: readonly Name[];
  picture: Scene;
  sources: readonly Source[];
  /** Keys of pictures: the scene; the same things drawn anew; with the change, drawn anew. */
  scene: string;
  again: string;
  after: string;
}

function families(stock: Stock, seed: number, count: number, pictures: Record<string, Picture>): Search[] {
  const random = createRandom(seed, `scenes/${stock.id}`);
  const keep = (key: string, picture: Picture): string => {
    pictures[key] = picture;
    return key;
  };
  const worlds = Array.from({ length: count }, (_, i): World => {
    const drawn = random.sample(stock.names, 5);
    const things = drawn.slice(0, 4);
    const change = { incoming: drawn[4] as Name, at: random.below(4) };
    const sources = things.map((name) => stock.source(name, random));
    const picture = drawScene(sources, random);
    const after = sources.with(change.at, stock.source(change.incoming, random));
    const key = (part: string) => `${stock.id}/${i}/${part}`;
    return {
      things,
      change,
      changed: things.with(change.at, change.incoming),
      picture,
      sources,
      scene: keep(key('scene'), { kind: 'scene', scene: picture }),
      again: keep(key('again'), { kind: 'scene', scene: drawScene(sources, random) }),
      after: keep(key('after'), { kind: 'scene', scene: drawScene(after, random) }),
    };
  });
  const questions = (task: Question['task']) =>
    worlds.map(({ things, change }) => ask(task, things, random, change));
  const asked = (made: readonly Question[]): Ask[] =>
    made.map(({ instruction, text, traces }, i) => ({
      image: (worlds[i] as World).scene,
      ...(instruction && { instruction }),
      text,
      teacher: traces,
    }));
  const shown = (key: string, things: readonly Name[]): Ask => ({ image: key, teacher: description(things) });
  const search = (
    family: string,
    part: Pick<Search, 'queries' | 'targets' | 'relevant'>,
    judged = true,
  ): Search => ({
    suite: 'scenes',
    family: `${stock.id}/${family}`,
    metrics: ['hit@1', 'recall@10', 'nDCG@10'],
    thinks: 'queries',
    ...part,
    ...(judged && { isRight }),
  });
  const amongTexts = (family: string, made: readonly Question[]): Search => {
    const answers = [...new Set(made.map(({ answer }) => answer))];
    return search(family, {
      queries: asked(made),
      targets: answers.map((text) => ({ text })),
      relevant: only(made.map(({ answer }) => answers.indexOf(answer))),
    });
  };

  // The scenes drawn anew and the changed ones, by turns: what looks for a picture looks among both.
  const album = worlds.flatMap(({ again, things, after, changed }) => [
    shown(again, things),
    shown(after, changed),
  ]);
  const changedAt = worlds.map((_, i) => 2 * i + 1);
  const composed = questions('composed');
  const parts = questions('ground');
  const crops = parts.flatMap(({ place, from }, i) => {
    const { picture, things } = worlds[i] as World;
    return [...new Set([place, from])].map((cell) => ({
      name: (things[cell] as Name).name,
      ask: shown(keep(`${stock.id}/${i}/crop-${cell}`, { kind: 'crop', scene: picture, cell }), [
        things[cell] as Name,
      ]),
    }));
  });
  const captions = worlds.map(({ things, changed }) => ({
    before: caption(things, random),
    after: caption(changed, random),
  }));
  const describe = (i: number): Ask => ({
    image: (worlds[i] as World).scene,
    instruction: 'find a caption for the picture',
    teacher: description((worlds[i] as World).things),
  });

  return [
    amongTexts('qa', questions('qa')),
    amongTexts('category', questions('category')),
    search('composed', { queries: asked(composed), targets: album, relevant: only(changedAt) }),
    search('grounding', {
      queries: asked(parts),
      targets: crops.map(({ ask }) => ask),
      // The same thing in another scene cannot be told apart by what was asked.
      relevant: parts.map(
        ({ answer }) => new Map(crops.flatMap(({ name }, at) => (name === answer ? [[at, 1]] : []))),
      ),
    }),
    search(
      'text-to-image',
      {
        queries: captions.map(({ after }, i) => ({
          text: after,
          teacher: wordTraces((worlds[i] as World).changed),
        })),
        targets: album,
        relevant: only(changedAt),
      },
      false,
    ),
    search(
      'image-to-text',
      {
        queries: worlds.map((_, i) => describe(i)),
        targets: captions.flatMap(({ before, after }) => [{ text: before }, { text: after }]),
        relevant: only(worlds.map((_, i) => 2 * i)),
      },
      false,
    ),
    counting(stock, random, worlds, keep, search),
  ];
}

const NUMBERS = ['one', 'two', 'three', 'four'] as const;

/** How often a thing is in the picture. Nothing in pico's training asks for it. */
function counting(
  stock: Stock,
  random: Random,
  worlds: readonly World[],
  keep: (key: string, picture: Picture) => string,
  search: (family: string, part: Pick<Search, 'queries' | 'targets' | 'relevant'>) => Search,
): Search {
  const made = worlds.map(({ things, sources }, i) => {
    const places = random.sample([0, 1, 2, 3], 1 + random.below(4));
    const counted = places[0] as number;
    const at = (place: number) => (places.includes(place) ? counted : place);
    const scene = drawScene(
      sources.map((_, place) => sources[at(place)] as Source),
      random,
    );
    const { name } = things[counted] as Name;
    const number = NUMBERS[places.length - 1] as string;
    const image = keep(`${stock.id}/${i}/count`, { kind: 'scene', scene });
    const seen = things.map((_, place) => things[at(place)] as Name);
    const text = `how many times is the ${name} in the picture ?`;
    return {
      ask: { image, text, teacher: teacherTraces(seen, `${name} : ${number}`) },
      count: places.length,
    };
  });
  return search('counting', {
    queries: made.map(({ ask }) => ask),
    targets: NUMBERS.map((text) => ({ text })),
    relevant: only(made.map(({ count }) => count - 1)),
  });
}
