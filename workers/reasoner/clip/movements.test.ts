/** Finding what moves in drawn frames, by cameras that stand still and by others. */
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../images/pixels.ts';
import { movements } from './movements.ts';

const [WIDTH, HEIGHT] = [160, 120];

interface Look {
  /** Pixels, radians, and how much brighter. */
  shift?: number;
  turn?: number;
  gain?: number;
  noise?: number;
  /** Of the ground. */
  scene?: number;
}

/** A rough ground, and dark squares on it. */
function frame(things: readonly { x: number; y: number; side: number }[], look: Look = {}): Pixels {
  const { shift = 0, turn = 0, gain = 1, noise = 0, scene = 0 } = look;
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255);
  for (let v = 0; v < HEIGHT; v++) {
    for (let u = 0; u < WIDTH; u++) {
      const [right, down] = [u - WIDTH / 2, v - HEIGHT / 2];
      const x = WIDTH / 2 + shift + right * Math.cos(turn) - down * Math.sin(turn);
      const y = HEIGHT / 2 + right * Math.sin(turn) + down * Math.cos(turn);
      const isOn = things.some(
        (thing) => x >= thing.x && x < thing.x + thing.side && y >= thing.y && y < thing.y + thing.side,
      );
      const waves =
        Math.sin((x + scene) / 19) * Math.cos((y - scene) / 17) + Math.sin((x + 2 * y) / 43 + scene);
      const value = isOn ? 10 : 110 + 45 * waves + noise * (((u * 7 + v * 13) % 5) - 2);
      for (let channel = 0; channel < 3; channel++) data[4 * (v * WIDTH + u) + channel] = gain * value;
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const told = (frames: readonly Pixels[]) => {
  const [movement] = movements(frames);
  return movement ? `${movement.event.what} ${movement.event.way}` : null;
};
const square = (x: number) => [{ x, y: 40, side: 30 }];

describe('movements', () => {
  it('are where a thing is in each frame, wherever the camera looks', () => {
    for (const shifts of [
      [0, 0, 0],
      [5, 0, -4],
    ]) {
      const frames = [20, 65, 110].map((x, i) => frame(square(x), { shift: shifts[i] as number }));
      const [{ track } = { track: [] }] = movements(frames);
      expect(track).toHaveLength(3);
      for (const { frame, box } of track) {
        const x = ([20, 65, 110][frame] as number) - (shifts[frame] as number);
        expect(Math.abs(box.x * WIDTH - x)).toBeLessThan(7);
        expect(Math.abs(box.y * HEIGHT - 40)).toBeLessThan(6);
        expect(Math.abs(box.width * WIDTH - 30)).toBeLessThan(11);
      }
    }
  });

  const disturbances: readonly [string, readonly Look[]][] = [
    ['of a still camera', []],
    ['with noise', [{ noise: 2 }, { noise: 5 }, { noise: 8 }]],
    ['in changing light', [{ gain: 0.8 }, { gain: 1.1 }, { gain: 1 }]],
    ['from a hand', [{ shift: 3, turn: 0.01 }, { shift: -4 }, { shift: 2, turn: -0.02 }]],
    ['from a hand, in changing light', [{ shift: 3, gain: 1.1 }, { turn: 0.01, gain: 0.9 }, { shift: -2 }]],
  ];
  describe.each(disturbances)('%s', (_how, looks) => {
    it.each([
      ['moves right', [square(10), square(60), square(110)]],
      ['moves left', [square(110), square(60), square(10)]],
      ['moves up', [80, 60, 40, 20, 5].map((y) => [{ x: 60, y, side: 30 }])],
      ['comes right', [[], square(0), square(60)]],
      ['leaves left', [square(60), square(0), []]],
      [null, [[], [], []]],
      [null, [square(60), square(60), square(60)]],
    ])('%s', (what, frames) => {
      expect(told(frames.map((things, i) => frame(things, looks[i % looks.length])))).toBe(what);
    });
  });

  it('are none of a camera that turns far away', () => {
    expect(movements([0, 40, 80].map((shift) => frame([], { shift })))).toEqual([]);
  });

  it('are none of two scenes', () => {
    expect(movements([0, 0, 9, 9].map((scene) => frame([], { scene })))).toEqual([]);
  });

  it('are none of fewer than three frames', () => {
    expect(movements([frame([]), frame(square(60))])).toEqual([]);
  });

  it('are told of the frames that were passed, even if there are many', () => {
    const frames = Array.from({ length: 15 }, (_, i) => frame(square(10 + 7 * i)));
    expect(movements(frames)[0]?.track.map(({ frame }) => frame)).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
  });
});
