/** Items with dates, prices, tags and kinds, and questions with conditions and exclusions about them, drawn by seed. */
import type { Metadata, MetadataFilter } from '../../src/shared/index-types.ts';
import { compileFilter } from '../../workers/index/filter.ts';
import { createRandom, type Random } from '../random.ts';
import type { Wording } from './wording.ts';
import { allTopics, sayings, type Topic, tagsOf, traitsOf } from './world.ts';

export interface DrawnItem {
  id: string;
  text: string;
  metadata: Metadata;
  topic: Topic;
  traits: readonly string[];
  /** Words to be quoted. */
  saying: string;
}

/** A part of a question, as it was meant. */
export type Part =
  | { kind: 'where'; field: string; where: MetadataFilter }
  | { kind: 'not'; phrase: string }
  | { kind: 'exact'; words: string };

export interface DrawnQuestion {
  text: string;
  parts: readonly Part[];
  /** Ids of all items that are meant. */
  relevant: readonly string[];
}

export interface Drawn {
  items: readonly DrawnItem[];
  questions: readonly DrawnQuestion[];
}

/** Items of a topic: with similar texts, and distinguished by what a question demands. */
const VARIANTS = 6;
const DAYS = 4 * 365;

/** @param today of the questions; dates of items lie in the four years before it */
export function drawQuestions(seed: number, count: number, today: Date, wording: Wording): Drawn {
  const random = createRandom(seed, 'questions');
  const items = allTopics.flatMap((topic) =>
    Array.from({ length: VARIANTS }, (_, i) => drawItem(topic, i, today, random)),
  );
  const questions: DrawnQuestion[] = [];
  for (let tries = 0; questions.length < count && tries < 200 * count; tries++) {
    const question = drawQuestion(items, today, wording, random);
    if (question !== null) questions.push(question);
  }
  return { items, questions };
}

function drawItem(topic: Topic, variant: number, today: Date, random: Random): DrawnItem {
  const { area, name } = topic;
  const traits = random.sample(traitsOf(area), 2);
  const saying = random.sample(sayings, 2).join(' ');
  const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - random.below(DAYS));
  const metadata: Metadata = {
    kind:
      area === 'picture' ? random.pick(['image', 'image', 'video']) : random.pick(['pdf', 'text', 'image']),
    date: isoDay(date),
    tags: random.sample(tagsOf(area), 2),
    ...((area === 'thing' || area === 'paper') && { price: 5 * (1 + random.below(60)) }),
    ...(area === 'dish' && { minutes: 5 * (2 + random.below(22)) }),
    ...((area === 'dish' || area === 'thing') && { rating: 1 + random.below(5) }),
  };
  const text = `${name} with ${traits.join(' and ')}. Note: ${saying}.`;
  return { id: `${name} ${variant}`, text, metadata, topic, traits, saying };
}

/** Null where the conditions that were drawn tell nothing apart, or leave nothing. */
function drawQuestion(
  all: readonly DrawnItem[],
  today: Date,
  wording: Wording,
  random: Random,
): DrawnQuestion | null {
  const topic = random.pick(allTopics);
  const items = all.filter((item) => item.topic === topic);
  const made = random
    .sample(wording.parts, random.chance(0.4) ? 2 : 1)
    .map((make) => make({ items, topic, today, random }))
    .filter((part) => part !== null);
  const relevant = items.filter((item) => made.every(({ part }) => fits(item, part)));
  const fields = made.map(({ part }) => ('field' in part ? part.field : part.kind));
  if (made.length === 0 || relevant.length === 0 || relevant.length > items.length / 2) return null;
  if (new Set(fields).size < fields.length) return null;
  return {
    text: wording.sentence({ topic: topic.asked, made, random }),
    parts: made.map(({ part }) => part),
    relevant: relevant.map(({ id }) => id),
  };
}

export function fits({ metadata, traits, saying }: DrawnItem, part: Part): boolean {
  if (part.kind === 'where') return compileFilter(part.where)(metadata);
  return part.kind === 'not' ? !traits.includes(part.phrase) : saying === part.words;
}

export function isoDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
