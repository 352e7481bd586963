/** Following what moves through the frames of a clip. */
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/shared/types.ts';
import { eventOf, trackBoxes } from './tracks.ts';

/** A square around a middle. */
const at = (x: number, y: number, side = 0.2): Box => ({
  x: x - side / 2,
  y: y - side / 2,
  width: side,
  height: side,
});
const events = (frames: readonly (readonly Box[])[]) =>
  trackBoxes(frames).flatMap((track) => {
    const event = eventOf(track, frames.length);
    return event ? [`${event.what} ${event.way}`] : [];
  });

describe('tracks', () => {
  it.each([
    ['moves right', [[at(0.2, 0.5)], [at(0.5, 0.5)], [at(0.8, 0.5)]]],
    ['moves left', [[at(0.8, 0.5)], [at(0.5, 0.5)], [at(0.2, 0.5)]]],
    ['moves down', [[at(0.5, 0.2)], [at(0.5, 0.5)], [at(0.5, 0.8)]]],
    ['moves up', [[at(0.5, 0.8)], [at(0.5, 0.5)], [at(0.5, 0.2)]]],
    ['comes right', [[], [at(0.1, 0.6)], [at(0.5, 0.6)]]],
    ['leaves left', [[at(0.5, 0.6)], [at(0.1, 0.6)], []]],
    ['moves right', [[at(0.2, 0.5)], [], [at(0.8, 0.5)]]],
    ['comes left', [[], [at(0.9, 0.5)], [at(0.5, 0.5)], [at(0.1, 0.5)], []]],
    ['moves right', [[], [at(0.4, 0.5)], [at(0.6, 0.5)], [at(0.8, 0.5)]]],
    ['moves up', [[at(0.5, 0.8)], [at(0.5, 0.65)], [at(0.5, 0.5)], []]],
  ])('%s', (told, frames) => {
    expect(events(frames)).toEqual([told]);
  });

  it.each([
    ['what flickers in one place', [[at(0.5, 0.5)], [at(0.52, 0.5)], [at(0.5, 0.5)]]],
    ['what is seen once', [[], [at(0.5, 0.5)], []]],
    ['what is of another size', [[at(0.2, 0.5, 0.1)], [at(0.8, 0.5, 0.4)]]],
    ['what is seen in few of many frames', [[at(0.2, 0.5)], [at(0.5, 0.5)], [], [], [], [], []]],
    ['nothing', [[], [], []]],
  ])('%s is no event', (_what, frames) => {
    expect(events(frames)).toEqual([]);
  });

  it('keeps two things apart, the larger first', () => {
    const frames = [0.2, 0.5, 0.8].map((x) => [at(1 - x, 0.2, 0.1), at(x, 0.7, 0.3)]);
    expect(events(frames)).toEqual(['moves right', 'moves left']);
  });
});
