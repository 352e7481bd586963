/**
 * Tells a photograph of one thing from a photograph of a scene, by what the encoders see of it. The numbers are a logistic regression over
 * photographs of both sorts, and how surely it must be one thing was chosen on the same (`python -m pico.one_thing`, training/LOG.md).
 */
import type { DetectedObject } from '../../src/shared/types.ts';
import type { Look } from './vision.ts';

/** Log odds: at first, for the probability of the likeliest name, for each kind of object, and for each further object of a kind. */
const ODDS = { bias: 0.15, sure: 2.28, kind: -0.86, more: -0.18 };
/** Log odds from which it is one thing: the least at which no scene's captions were found worse. */
const LEAST = 1.25;

/** @param objects those that a trace would list */
export function isOneThing(
  { sure }: Pick<Look, 'sure'>,
  objects: readonly Pick<DetectedObject, 'name'>[],
): boolean {
  const kinds = new Set(objects.map(({ name }) => name)).size;
  const more = objects.length - kinds;
  return ODDS.bias + ODDS.sure * sure + ODDS.kind * kinds + ODDS.more * more >= LEAST;
}
