/** The part of a trace that lists the objects in a photograph with their numbers; written by rules. */
import type { DetectedObject } from '../../src/shared/types.ts';
import type { Lexicon } from './photo-question/nouns.ts';

/** The model folder's `objects.json`. */
export interface ObjectRules {
  /** The detector's names, in its order. */
  names: readonly string[];
  /** Side of the square that a picture is fitted into, in pixels. */
  side: number;
  /** Score from which an object is named. */
  listed: number;
  /** Probability of the most likely name of the whole picture from which the reasoner's own words come before the list. */
  sure: number;
  /** How one, two, … are written; the last also stands for more. */
  numbers: readonly string[];
  /** Absent in folders whose objects are only listed. */
  questions?: QuestionRules;
}

/** For questions about photographs. */
export interface QuestionRules extends Omit<Lexicon, 'names'> {
  /** Scores from which an object is taken into account: as what a question names, and as what it does not name. */
  named: number;
  other: number;
  /** Score from which an object is one of several that are counted. */
  counted: number;
  /** Share of their joint area from which two boxes count once. */
  overlap: number;
}

/** Maximum names in a list, which shares the context with the prompt. */
const MOST_NAMES = 12;

/** `two dog , a couch`, likeliest names first; empty if there is nothing. @param objects likeliest first */
export function listObjects(objects: readonly DetectedObject[], { numbers }: ObjectRules): string {
  const counts = new Map<string, number>();
  for (const { name } of objects) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .slice(0, MOST_NAMES)
    .map(([name, count]) => `${numbers[Math.min(count, numbers.length) - 1]} ${name}`)
    .join(' , ');
}

/** Share of their joint area from which two boxes are around one thing. */
const SAME = 0.8;

/**
 * Removes duplicates: a detector may see one thing as two kinds (a cat, and a dog in the same place), of which the more likely is
 * kept. @param objects most likely first @param same intersection over union from which two boxes are around one thing
 */
export function withoutDoubles(objects: readonly DetectedObject[], same = SAME): DetectedObject[] {
  const kept: DetectedObject[] = [];
  for (const object of objects) {
    if (!kept.some(({ box }) => overlap(box, object.box) > same)) kept.push(object);
  }
  return kept;
}

/** Intersection over union. */
export function overlap(a: DetectedObject['box'], b: DetectedObject['box']): number {
  const along = (start: 'x' | 'y', size: 'width' | 'height') =>
    Math.max(0, Math.min(a[start] + a[size], b[start] + b[size]) - Math.max(a[start], b[start]));
  const both = along('x', 'width') * along('y', 'height');
  const either = a.width * a.height + b.width * b.height - both;
  return either > 0 ? both / either : 0;
}
