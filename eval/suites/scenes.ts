/** Scenes of four things, for each kind of art: questions, changes, parts, captions, counts. */
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
  type Task,
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

/** A scene, and the same scene after one thing has changed. */
interface World {
  things: readonly Name[];
  change: { incoming: Name; at: number };
  changed: readonly Name[];
  picture: Scene;
  sources: readonly Source[];
  /** The scene with the new thing in the wrong place. */
  mistaken: readonly Name[];
  /** Keys of pictures: the scene, and as new drawings the same things, the things after the change, and after the mistaken change. */
  scene: string;
  again: string;
  after: string;
  wrong: string;
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
    const elsewhere = (change.at + 1 + random.below(3)) % 4;
    const sources = things.map((name) => stock.source(name, random));
    const picture = drawScene(sources, random);
    const comes = stock.source(change.incoming, random);
    const key = (part: string) => `${stock.id}/${i}/${part}`;
    return {
      things,
      change,
      changed: things.with(change.at, change.incoming),
      mistaken: things.with(elsewhere, change.incoming),
      picture,
      sources,
      scene: keep(key('scene'), { kind: 'scene', scene: picture }),
      again: keep(key('again'), { kind: 'scene', scene: drawScene(sources, random) }),
      after: keep(key('after'), { kind: 'scene', scene: drawScene(sources.with(change.at, comes), random) }),
      wrong: keep(key('wrong'), { kind: 'scene', scene: drawScene(sources.with(elsewhere, comes), random) }),
    };
  });
  const questions = (task: Task) => worlds.map(({ things, change }) => ask(task, things, random, change));
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
  const amongTexts = (family: string, made: readonly Question[], others: readonly string[] = []): Search => {
    const answers = [...new Set([...made.map(({ answer }) => answer), ...others])];
    return search(family, {
      queries: asked(made),
      targets: answers.map((text) => ({ text })),
      relevant: only(made.map(({ answer }) => answers.indexOf(answer))),
    });
  };

  // Redrawn, changed and wrongly changed scenes, interleaved: all of them are candidates for every query that looks for a picture.
  const album = worlds.flatMap(({ again, things, after, changed, wrong, mistaken }) => [
    shown(again, things),
    shown(after, changed),
    shown(wrong, mistaken),
  ]);
  const changedAt = worlds.map((_, i) => 3 * i + 1);
  const change = (family: string, task: Task) =>
    search(family, { queries: asked(questions(task)), targets: album, relevant: only(changedAt) });
  const parts = questions('ground');
  const crops = worlds.flatMap(({ picture, things }, i) =>
    things.map((thing, cell) => ({
      name: thing.name,
      ask: shown(keep(`${stock.id}/${i}/crop-${cell}`, { kind: 'crop', scene: picture, cell }), [thing]),
    })),
  );
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
    amongTexts(
      'qa',
      questions('qa'),
      worlds.flatMap(({ things }) => things.map(({ name }) => name)),
    ),
    amongTexts('category', questions('category')),
    change('composed', 'composed'),
    change('related', 'related'),
    search('grounding', {
      queries: asked(parts),
      targets: crops.map(({ ask }) => ask),
      // The query does not distinguish between the same thing in different scenes.
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

/** Asks how often a thing is in the picture, a task that pico was not trained on. */
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
