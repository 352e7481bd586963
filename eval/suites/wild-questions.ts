/** Questions about ordinary photographs, drawn from the boxes that people drew: their answers are names, numbers, kinds and crops. */
import type { BoxedThing, Captioned } from '../data.ts';
import { type Ask, only, type Search } from '../family.ts';
import type { Picture } from '../pictures.ts';
import type { Random } from '../random.ts';
import { fill } from '../scenes/wording.ts';

type Relation = 'left' | 'right' | 'above' | 'below';
const RELATIONS: readonly Relation[] = ['left', 'right', 'above', 'below'];

/** Several wordings of each form; none is taken from the engine's own. */
const WORDING = {
  relation: {
    left: ['left of', 'to the left of', 'on the left side of', 'on the left of'],
    right: ['right of', 'to the right of', 'on the right side of', 'on the right of'],
    above: ['above', 'over', 'on top of'],
    below: ['below', 'under', 'underneath', 'beneath'],
  },
  what: [
    'What is {rel} the {x}?',
    'what can be seen {rel} the {x}',
    'Name the object {rel} the {x}.',
    'Which thing is located {rel} the {x}?',
    'In this photo, what do you see {rel} the {x}?',
  ],
  count: [
    'How many {xs} are there?',
    'how many {xs} can you see in this picture',
    'Count the {xs}.',
    'What is the number of {xs} in the photo?',
  ],
  kindOf: [
    'What kind of thing is the {x}?',
    'What type of object is {rel} the {x}?',
    'to which category does the thing {rel} the {x} belong',
  ],
  find: [
    'the {x}',
    'Find the {x} in this photo.',
    'show me the part of the image with the {x}',
    'Which crop shows the {x}?',
  ],
  findBy: [
    'the thing {rel} the {x}',
    'Find what is {rel} the {x}.',
    'Show the region {rel} the {x}',
    'Which crop shows the object {rel} the {x}?',
  ],
  which: ['Which photo shows {list}?', 'a picture with {list}', 'Find the photograph that has {list} in it.'],
} as const;

/** What people call some of the categories. */
const SAID: Readonly<Record<string, readonly (readonly [one: string, many: string])[]>> = {
  person: [
    ['person', 'people'],
    ['person', 'persons'],
    ['human', 'humans'],
  ],
  couch: [
    ['couch', 'couches'],
    ['sofa', 'sofas'],
  ],
  bicycle: [
    ['bicycle', 'bicycles'],
    ['bike', 'bikes'],
  ],
  tv: [
    ['tv', 'tvs'],
    ['television', 'televisions'],
  ],
  airplane: [
    ['airplane', 'airplanes'],
    ['plane', 'planes'],
  ],
  'cell phone': [
    ['cell phone', 'cell phones'],
    ['phone', 'phones'],
  ],
  refrigerator: [
    ['refrigerator', 'refrigerators'],
    ['fridge', 'fridges'],
  ],
  knife: [['knife', 'knives']],
  'wine glass': [['wine glass', 'wine glasses']],
  bench: [['bench', 'benches']],
  sandwich: [['sandwich', 'sandwiches']],
  sheep: [['sheep', 'sheep']],
  bus: [['bus', 'buses']],
  skis: [['skis', 'skis']],
  scissors: [['scissors', 'scissors']],
};
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Shares of the picture: of a thing that is asked about, and of one that may be an answer or a crop. */
const ASKED = 0.01;
const SEEN = 0.004;
/** Crops of a photograph, at most, that are asked for or not. */
const CROPS = 5;

export interface PhotoQuestions {
  searches: readonly Search[];
  pictures: Readonly<Record<string, Picture>>;
}

/** @param most questions of a family, at most */
export function photoQuestions(photos: readonly Captioned[], random: Random, most: number): PhotoQuestions {
  const pictures: Record<string, Picture> = {};
  const relations = photos.flatMap((photo) => random.sample(unambiguous(photo), 2));
  const shared = { suite: 'wild', metrics: ['hit@1'], thinks: 'queries' } as const;
  const said = (name: string) => random.pick(SAID[name] ?? [[name, `${name}s`] as const]);
  const words = ({ relation, anchor }: Fact) => ({
    rel: random.pick(WORDING.relation[relation]),
    x: said(anchor.name)[0],
  });

  const asked = random.sample(relations, most);
  const names = distinct(photos.flatMap(({ things }) => things.map(({ name }) => name)));
  const where: Search = {
    ...shared,
    family: 'what-is-where',
    queries: asked.map((fact) => ({
      image: fact.photo.url,
      text: fill(random.pick(WORDING.what), words(fact)),
    })),
    targets: names.map((text) => ({ text })),
    relevant: only(asked.map(({ answer }) => names.indexOf(answer.name))),
  };

  const counts = photos.flatMap((photo) => {
    const known = distinct(photo.things.map(({ name }) => name))
      .map((name) => photo.things.filter((thing) => thing.name === name))
      .filter((same) => same.length <= NUMBERS.length && same.every(({ box }) => area(box) >= SEEN))
      .filter(([one]) => !isCrowded(photo, one?.name));
    // Prefers things that occur several times, so that "one" is not the answer to most questions.
    const several = known.filter(({ length }) => length > 1);
    return random
      .sample(several.length > 0 ? several : known, 1)
      .map((same) => ({ photo, name: (same[0] as BoxedThing).name, count: same.length }));
  });
  const counted = random.sample(counts, most);
  const many: Search = {
    ...shared,
    family: 'how-many',
    queries: counted.map(({ photo, name }) => ({
      image: photo.url,
      text: fill(random.pick(WORDING.count), { xs: said(name)[1] }),
    })),
    targets: NUMBERS.map((text) => ({ text })),
    relevant: only(counted.map(({ count }) => count - 1)),
  };

  const sorted = relations.filter(({ anchor, answer }) => anchor.kind !== '' && answer.kind !== '');
  const kinds = distinct(sorted.flatMap(({ anchor, answer }) => [anchor.kind, answer.kind]));
  const kindly = random.sample(sorted, most).map((fact) => ({ fact, wording: random.pick(WORDING.kindOf) }));
  const kind: Search = {
    ...shared,
    family: 'kind',
    queries: kindly.map(({ fact, wording }) => ({ image: fact.photo.url, text: fill(wording, words(fact)) })),
    targets: kinds.map((text) => ({ text })),
    relevant: only(
      kindly.map(({ fact, wording }) =>
        kinds.indexOf(wording.includes('{rel}') ? fact.answer.kind : fact.anchor.kind),
      ),
    ),
  };

  const crops = photos.flatMap((photo) => {
    const large = photo.things.filter(({ box }) => area(box) >= ASKED);
    const wanted = relations.flatMap((fact) => (fact.photo === photo ? [fact.answer, fact.anchor] : []));
    const shown = distinct([...wanted, ...random.sample(large, large.length)]).slice(0, CROPS);
    return shown.map((thing) => ({ photo, thing, key: `${photo.url}#${photo.things.indexOf(thing)}` }));
  });
  for (const { key, photo, thing } of crops) pictures[key] = { kind: 'part', url: photo.url, box: thing.box };
  const pointed = random.sample(relations, most).flatMap((fact) => {
    const isNamed = random.chance(0.4);
    const thing = isNamed ? fact.anchor : fact.answer;
    // Any crop of that photograph that shows such a thing is right.
    const right = crops.flatMap((crop, at) =>
      crop.photo === fact.photo && crop.thing.name === thing.name ? [at] : [],
    );
    const text = fill(random.pick(isNamed ? WORDING.find : WORDING.findBy), words(fact));
    return right.length > 0 ? [{ photo: fact.photo, text, right }] : [];
  });
  const crop: Search = {
    ...shared,
    family: 'crop',
    queries: pointed.map(({ photo, text }) => ({ image: photo.url, text })),
    targets: crops.map(({ key }) => ({ image: key })),
    relevant: pointed.map(({ right }) => new Map(right.map((at) => [at, 1]))),
  };

  const pairs = random.sample(photoPairs(photos, random), most);
  const which: Search = {
    ...shared,
    family: 'which-of-two',
    thinks: 'targets',
    queries: pairs.map(
      ({ list }): Ask => ({ text: fill(random.pick(WORDING.which), { list: listed(list, said) }) }),
    ),
    targets: photos.map(({ url }) => ({ image: url })),
    relevant: only(pairs.map(({ right }) => right)),
    among: pairs.map(({ right, wrong }) => [right, wrong]),
  };
  return { searches: [where, many, kind, crop, which].filter(({ queries }) => queries.length > 0), pictures };
}

interface Fact {
  photo: Captioned;
  anchor: BoxedThing;
  relation: Relation;
  answer: BoxedThing;
}

/** The only thing in a direction from a thing of which there is one. */
function unambiguous(photo: Captioned): Fact[] {
  const { things, crowds } = photo;
  const seen = things.filter(({ box }) => area(box) >= SEEN);
  return things
    .filter(
      ({ name, box }) =>
        area(box) >= ASKED &&
        !isCrowded(photo, name) &&
        things.filter((thing) => thing.name === name).length === 1,
    )
    .flatMap((anchor) =>
      RELATIONS.flatMap((relation) => {
        const there = seen.filter((thing) => thing !== anchor && lies(thing, relation, anchor));
        const [answer] = there.sort((a, b) => area(b.box) - area(a.box));
        const around = [...there, ...crowds.filter((crowd) => lies(crowd, relation, anchor))];
        const isSole = answer && around.every(({ name }) => name === answer.name);
        return isSole && area(answer.box) >= ASKED ? [{ photo, anchor, relation, answer }] : [];
      }),
    );
}

/** Whether the middle of a thing is beyond the edge of another, and farther in that direction than across. */
function lies({ box }: BoxedThing, relation: Relation, { box: other }: BoxedThing): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const [dx, dy] = [x - (other.x + other.width / 2), y - (other.y + other.height / 2)];
  if (relation === 'left' || relation === 'right') {
    const isBeyond = relation === 'left' ? x < other.x : x > other.x + other.width;
    return isBeyond && Math.abs(dx) > Math.abs(dy);
  }
  const isBeyond = relation === 'above' ? y < other.y : y > other.y + other.height;
  return isBeyond && Math.abs(dy) > Math.abs(dx);
}

/** Two photographs that share a thing; the list fits only the right one. */
function photoPairs(photos: readonly Captioned[], random: Random) {
  return photos.flatMap((photo, right) => {
    const own = countsOf(photo);
    const others = photos.flatMap((other, wrong) => {
      const theirs = countsOf(other);
      const differs = [...own].filter(([name, count]) => count <= 4 && theirs.get(name) !== count);
      const isAlike = [...own.keys()].some((name) => theirs.has(name));
      return other !== photo && isAlike && differs.length > 0 ? [{ wrong, differs }] : [];
    });
    if (others.length === 0) return [];
    const { wrong, differs } = random.pick(others);
    return [{ right, wrong, list: random.sample(differs, 2) }];
  });
}

/** Of the kinds whose number is known. */
function countsOf(photo: Captioned): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, box } of photo.things) {
    if (area(box) >= SEEN && !isCrowded(photo, name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function isCrowded({ crowds }: Captioned, name: string | undefined): boolean {
  return crowds.some((crowd) => crowd.name === name);
}

function listed(
  list: readonly (readonly [string, number])[],
  said: (name: string) => readonly [string, string],
) {
  return list
    .map(([name, count]) => (count === 1 ? `a ${said(name)[0]}` : `${NUMBERS[count - 1]} ${said(name)[1]}`))
    .join(' and ');
}

function area({ width, height }: BoxedThing['box']): number {
  return width * height;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
