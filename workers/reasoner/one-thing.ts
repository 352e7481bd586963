/**
 * Distinguishes a photograph of one thing from a photograph of a scene, by the outputs of the encoders. The coefficients are
 * those of a logistic regression over photographs of both kinds, on which the threshold was chosen as well (`python -m
 * pico.one_thing`, training/LOG.md).
 */
import type { DetectedObject } from '../../src/shared/types.ts';
import type { Look } from './vision.ts';

/** Log odds: intercept, for the probability of the most likely name, for each kind of object, and for each further object of a kind. */
const ODDS = { bias: 0.15, sure: 2.28, kind: -0.86, more: -0.18 };
/** Log odds from which it is one thing: the lowest at which retrieval of captions did not get worse. */
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
