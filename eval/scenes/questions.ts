/** Questions about a scene of four things, with the teacher's traces, from the same grammar as training/pico/traces.py. */
import type { Name } from '../names.ts';
import type { Random } from '../random.ts';
import { fill, wording } from './wording.ts';

/** The last two change the scene: `composed` replaces a named thing, `related` the thing in a given relation to a named one. */
export type Task = 'qa' | 'category' | 'ground' | 'composed' | 'related';
export type Thing = Pick<Name, 'name' | 'kind'>;

export interface Question {
  task: Task;
  instruction: string;
  text: string;
  /** The thing's name, or its kind. */
  answer: string;
  /** The place of the answer, or of the change. */
  place: number;
  /** The place of the thing that the question names; equal to `place` if the question names the answer itself or its place. */
  from: number;
  traces: { answer: string; full: string };
}

/** @param change the new thing and its place; only for tasks that change the scene */
export function ask(
  task: Task,
  things: readonly Thing[],
  random: Random,
  change: { incoming: Thing; at: number },
): Question {
  const instruction = random.chance(0.4) ? random.pick(wording.instructions[task]) : '';
  const { text, final, answer, place, from } = spoken(task, things, random, change);
  return { task, instruction, text, answer, place, from, traces: teacherTraces(things, final) };
}

interface Spoken {
  text: string;
  final: string;
  answer: string;
  place: number;
  from: number;
}

function spoken(
  task: Task,
  things: readonly Thing[],
  random: Random,
  { incoming, at }: { incoming: Thing; at: number },
): Spoken {
  const nameAt = (place: number) => (things[place] as Thing).name;
  const placeName = (place: number) => wording.places[place] as string;
  // The answer to a change ends with a description of the changed scene.
  const after = () => listed(things.map((thing, place) => (place === at ? incoming : thing)));
  if (task === 'category') {
    const place = random.below(4);
    const { name, kind } = things[place] as Thing;
    return {
      text: fill(random.pick(wording.kind), { p: random.pick(wording.corners[place] as readonly string[]) }),
      final: `${placeName(place)} ${name} : ${kind} , ${wording.broad[kind]}`,
      answer: kind,
      place,
      from: place,
    };
  }
  if (task === 'composed') {
    return {
      text: fill(random.pick(wording.change), { x: nameAt(at), y: incoming.name }),
      final: `${nameAt(at)} ${placeName(at)} : ${incoming.name} ${placeName(at)} ; ${after()}`,
      answer: incoming.name,
      place: at,
      from: at,
    };
  }
  if (task === 'related') {
    const ways = Object.entries(wording.relations).flatMap(([relation, places]) =>
      Object.entries(places).flatMap(([from, to]) => (to === at ? [{ relation, from: Number(from) }] : [])),
    );
    const { relation, from } = random.pick(ways);
    const rel = random.pick(wording.phrases[relation] as readonly string[]);
    return {
      text: fill(random.pick(wording.changeRelated), { rel, x: nameAt(from), y: incoming.name }),
      final: `${nameAt(from)} ${placeName(from)} , ${relation} ${placeName(at)} ${nameAt(at)} : ${incoming.name} ${placeName(at)} ; ${after()}`,
      answer: incoming.name,
      place: at,
      from,
    };
  }
  if (task === 'ground' && random.chance(0.3)) {
    const place = random.below(4);
    const name = nameAt(place);
    const text = fill(random.pick(wording.findNamed), { x: name });
    return { text, final: `${name} ${placeName(place)} : ${name}`, answer: name, place, from: place };
  }
  const relation = random.pick(Object.keys(wording.relations));
  const ways = wording.relations[relation] as Readonly<Record<string, number>>;
  const from = Number(random.pick(Object.keys(ways)));
  const place = ways[from] as number;
  const rel = random.pick(wording.phrases[relation] as readonly string[]);
  return {
    text: fill(random.pick(task === 'qa' ? wording.ask : wording.find), { rel, x: nameAt(from) }),
    final: `${nameAt(from)} ${placeName(from)} , ${relation} ${placeName(place)} : ${nameAt(place)}`,
    answer: nameAt(place),
    place,
    from,
  };
}

/** The traces of an ideal reasoner, derived from the plan of the scene: the list of visible things, then the final statement. */
export function teacherTraces(things: readonly Thing[], final: string): Question['traces'] {
  const places = things.length === 4 ? wording.places : ['whole'];
  const listing = things.map(({ name }, i) => `${name} ${places[i]} ${name} ;`).join(' ');
  const { think, endThink } = wording.marks;
  const answer = `${endThink} ${final}`;
  return { answer, full: `${think} ${listing} ${answer}` };
}

function listed(things: readonly Thing[]): string {
  return things.map(({ name }) => name).join(' , ');
}

/** The teacher's traces about a picture as a target: what it shows, and for a single thing also what kind of thing it is. */
export function description(things: readonly Thing[]): Question['traces'] {
  const [first] = things as [Thing];
  const final =
    things.length === 1 ? `${first.name} : ${first.kind} , ${wording.broad[first.kind]}` : listed(things);
  return teacherTraces(things, final);
}

/** The teacher's traces about a text: the things it mentions and their kinds. */
export function wordTraces(things: readonly Thing[]): Question['traces'] {
  const { think, endThink } = wording.marks;
  const answer = `${endThink} ${listed(things)}`;
  const kinds = things.map(({ name, kind }) => `${name} : ${kind} ;`).join(' ');
  return { answer, full: `${think} ${kinds} ${answer}` };
}

export function caption(things: readonly Thing[], random: Random): string {
  const [a, b, c, d] = things.map(({ name }) => name) as [string, string, string, string];
  return fill(random.pick(wording.caption), { a, b, c, d });
}

/**
 * Whether a trace reaches the teacher's conclusion. Compares what follows the colon of the final statement, up to the description of
 * a changed scene if there is one, ignoring spaces.
 */
export function isRight(own: string, teacher: string): boolean {
  const conclusion = (trace: string) => {
    const final = trace.slice(trace.lastIndexOf(wording.marks.endThink));
    const colon = final.indexOf(':');
    return colon < 0 ? null : final.slice(colon).split(';', 1)[0]?.replace(/\s+/g, '');
  };
  return conclusion(own) !== null && conclusion(own) === conclusion(teacher);
}
