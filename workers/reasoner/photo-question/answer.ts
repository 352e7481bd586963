/** Answers questions about a photograph from the objects found in it, in the words of the reasoner's own final statements. */
import type { DetectedObject } from '../../../src/shared/types.ts';
import { withoutDoubles } from '../object-list.ts';
import type { Noun, Nouns } from './nouns.ts';
import type { Area, PhotoQuestion, Relation } from './read.ts';

export interface PhotoSize {
  width: number;
  height: number;
}

/** Scores from which an object is taken into account. */
export interface Thresholds {
  /** If a question names it: it is then likely to be there. */
  named: number;
  /** If the question does not name it. */
  other: number;
  /** If it is one of several that are counted. */
  counted: number;
  /** If the question does not presuppose that it is there. */
  listed: number;
  /** Not a score: share of their joint area from which two boxes count once. */
  overlap: number;
}

export interface Answered {
  /** `dog southwest , left northwest : couch`: where the thing that the question names is, and after the colon the answer. */
  statement: string;
  /** The objects that it is about. */
  about: readonly DetectedObject[];
  /** The object that is asked for, if the question asks to show it. */
  shown?: DetectedObject;
}

/** From none. */
const NUMBERS = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'many',
];

/**
 * Null if an object that the question takes for granted was not found, and for what is in a corner, whatever it is: the reasoner, which
 * sees each quarter by itself, knows more names than the detector. @param objects likeliest first
 */
export function answer(
  { asks, subject, place }: PhotoQuestion,
  objects: readonly DetectedObject[],
  size: PhotoSize,
  nouns: Nouns,
  thresholds: Thresholds,
): Answered | null {
  if (!subject && place && 'area' in place && isCorner(place.area)) return null;
  const anchor = place && 'anchor' in place ? named(place.anchor, thresholds.named)[0] : undefined;
  if (place && 'anchor' in place && !anchor) return null;
  const candidates = subject
    ? named(subject, asks === 'exists' ? thresholds.listed : thresholds.named)
    : objects.filter(({ name, score }) => score >= thresholds.other && name !== anchor?.name);
  const fitting = candidates
    .filter((object) => object !== anchor)
    .map((object) => ({ object, fit: fitOf(object) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ object }) => object);

  const found = asks === 'count' ? counted(fitting) : fitting;
  if (asks === 'count' || asks === 'exists') {
    const word = subject?.isKind ? subject.word : (subject?.names[0] ?? '');
    const number = NUMBERS[Math.min(found.length, NUMBERS.length - 1)];
    const said = asks === 'count' ? `${number} ${word}` : found.length > 0 ? 'yes' : 'no';
    return { statement: `${word} : ${said}`, about: anchor ? [anchor, ...found] : found };
  }
  const [first] = found;
  if (!first) return null;
  const here = `${first.name} ${quarter(first, size)}`;
  const kinds = nouns.kindsOf(first.name).join(' , ');
  const said = { what: first.name, find: first.name, kind: kinds, where: sides(first, size) }[asks];
  const shown = asks === 'find' ? { shown: first } : {};
  if (!anchor || !place || !('relation' in place)) {
    return { statement: `${here} : ${said}`, about: [first], ...shown };
  }
  const there = `${anchor.name} ${quarter(anchor, size)} , ${place.relation} ${quarter(first, size)}`;
  return {
    statement: `${there} ${asks === 'kind' ? `${first.name} ` : ''}: ${said}`,
    about: [anchor, first],
    ...shown,
  };

  /** Asking how many there are presupposes one, so the most likely object counts in any case. */
  function counted(objects: readonly DetectedObject[]): DetectedObject[] {
    const sure = [...objects].sort((a, b) => b.score - a.score);
    const [likeliest, ...others] = withoutDoubles(sure, thresholds.overlap);
    return likeliest ? [likeliest, ...others.filter(({ score }) => score >= thresholds.counted)] : [];
  }

  /** Objects that the noun may mean, the most conspicuous first. */
  function named(noun: Noun, from: number): DetectedObject[] {
    return objects
      .filter(({ name, score }) => score >= from && noun.names.includes(name))
      .sort((a, b) => conspicuous(b) - conspicuous(a));
  }

  function conspicuous({ score, box }: DetectedObject): number {
    return score ** 2 * Math.sqrt(Math.sqrt((box.width * box.height) / (size.width * size.height)));
  }

  /** How well an object fits the place, 0 if it does not. */
  function fitOf(object: DetectedObject): number {
    if (place && 'area' in place) return inArea(object, place.area, size) ? conspicuous(object) : 0;
    const share = anchor && place ? related(object, anchor, place.relation, size) : 1;
    return share * conspicuous(object);
  }
}

/** The quarter of the picture that the middle of an object is in, by the reasoner's names. */
function quarter({ box }: DetectedObject, { width, height }: PhotoSize): string {
  const isRight = box.x + box.width / 2 > width / 2;
  const isLow = box.y + box.height / 2 > height / 2;
  return `${isLow ? 'south' : 'north'}${isRight ? 'east' : 'west'}`;
}

/** 0–1: how well an object lies in a direction from another: near it, and rather in that direction than across. */
function related(
  object: DetectedObject,
  anchor: DetectedObject,
  relation: Relation,
  size: PhotoSize,
): number {
  const [a, b] = [middle(object), middle(anchor)];
  const scale = Math.hypot(size.width, size.height);
  const [dx, dy] = [(a.x - b.x) / scale, (a.y - b.y) / scale];
  const along = { left: -dx, right: dx, above: -dy, below: dy, beside: Math.abs(dx), on: -dy }[relation];
  const across =
    relation === 'above' || relation === 'below' || relation === 'on' ? Math.abs(dx) : Math.abs(dy);
  if (along <= 0) return 0;
  const near = 1 / (0.2 + Math.hypot(dx, dy));
  return near * Math.max(0, along / (along + across)) ** 2;
}

function middle({ box }: DetectedObject): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function isCorner({ across, down }: Area): boolean {
  return Boolean(across && down);
}

function inArea(object: DetectedObject, { across, down }: Area, { width, height }: PhotoSize): boolean {
  const { x, y } = middle(object);
  const on = (share: number, side: -1 | 0 | 1 | null) =>
    side === null || (side === 0 ? Math.abs(share - 0.5) < 0.25 : side < 0 ? share < 0.5 : share > 0.5);
  return on(x / width, across) && on(y / height, down);
}

/** `left , top`, without a side that it is in the middle of. */
function sides(object: DetectedObject, { width, height }: PhotoSize): string {
  const { x, y } = middle(object);
  const third = (share: number, low: string, high: string) =>
    share < 0.4 ? [low] : share > 0.6 ? [high] : [];
  const told = [...third(y / height, 'top', 'bottom'), ...third(x / width, 'left', 'right')];
  return told.length > 0 ? told.join(' ') : 'middle';
}
