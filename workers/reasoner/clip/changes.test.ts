/** Finding what moves in drawn frames. */
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../images/pixels.ts';
import { changes } from './changes.ts';
import { eventOf, trackBoxes } from './tracks.ts';

const [WIDTH, HEIGHT] = [160, 120];

/** A rough ground, shifted by pixels, and dark squares on it. */
function frame(things: readonly { x: number; y: number; side: number }[], shift = 0, noise = 0): Pixels {
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isOn = things.some(
        (thing) => x >= thing.x && x < thing.x + thing.side && y >= thing.y && y < thing.y + thing.side,
      );
      const ground =
        128 + 100 * Math.sin((x + shift) / 9) * Math.cos(y / 7) + noise * (((x * 7 + y * 13) % 5) - 2);
      for (let channel = 0; channel < 3; channel++) data[4 * (y * WIDTH + x) + channel] = isOn ? 10 : ground;
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}
const told = (frames: readonly Pixels[]) => {
  const event = trackBoxes(changes(frames) ?? [])
    .map((track) => eventOf(track, frames.length))
    .find(Boolean);
  return event ? `${event.what} ${event.way}` : null;
};

describe('changes', () => {
  it('are where a thing is in each frame', () => {
    const found = changes([10, 60, 110].map((x) => frame([{ x, y: 40, side: 30 }])));
    expect(found).toHaveLength(3);
    for (const [i, x] of [10, 60, 110].entries()) {
      const [box] = found?.[i] ?? [];
      expect(Math.abs((box?.x ?? 9) * WIDTH - x)).toBeLessThan(6);
      expect(Math.abs((box?.y ?? 9) * HEIGHT - 40)).toBeLessThan(5);
      expect(Math.abs((box?.width ?? 9) * WIDTH - 30)).toBeLessThan(11);
    }
  });

  it.each([
    ['moves right', [10, 60, 110].map((x) => [{ x, y: 40, side: 30 }])],
    ['moves left', [110, 60, 10].map((x) => [{ x, y: 40, side: 30 }])],
    ['moves up', [80, 60, 40, 20, 0].map((y) => [{ x: 60, y, side: 30 }])],
    ['comes right', [[], [{ x: 0, y: 40, side: 30 }], [{ x: 60, y: 40, side: 30 }]]],
    ['leaves left', [[{ x: 60, y: 40, side: 30 }], [{ x: 0, y: 40, side: 30 }], []]],
    [null, [[], [], []]],
    [null, [[{ x: 60, y: 40, side: 30 }], [{ x: 60, y: 40, side: 30 }], [{ x: 60, y: 40, side: 30 }]]],
  ])('%s', (what, frames) => {
    expect(told(frames.map((things) => frame(things)))).toBe(what);
    expect(told(frames.map((things, i) => frame(things, 0, 3 * i)))).toBe(what);
  });

  it('are unknown if the camera moves', () => {
    expect(changes([0, 8, 16].map((shift) => frame([], shift)))).toBeNull();
  });

  it('are unknown of fewer than three frames', () => {
    expect(changes([frame([]), frame([{ x: 9, y: 9, side: 30 }])])).toBeNull();
  });
});
