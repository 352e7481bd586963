/** Clips of photographs: a thing, cut out of one photograph along its box, moves over another one or comes into it. */
import type { BoxedThing, Captioned } from '../data.ts';
import { type Ask, only, type Search } from '../family.ts';
import type { Picture } from '../pictures.ts';
import type { Random } from '../random.ts';

/** Where its middle is at the beginning and at the end, in shares of the picture. */
export const WAYS = {
  left: { from: [0.8, 0.6], to: [0.2, 0.6], words: 'from right to left' },
  right: { from: [0.2, 0.6], to: [0.8, 0.6], words: 'from left to right' },
  up: { from: [0.5, 0.75], to: [0.5, 0.25], words: 'from the bottom to the top' },
  down: { from: [0.5, 0.25], to: [0.5, 0.75], words: 'from the top to the bottom' },
} as const;
type Way = keyof typeof WAYS;
/** Where it is in the frames of a clip into which it comes; the first shows the photograph alone. */
const ENTRY = [null, [0.12, 0.6], [0.5, 0.6]] as const;

/** Shares of its photograph: of a thing that is large enough to be known, and small enough to have edges. */
const LEAST = 0.02;
const MOST = 0.35;
/** Its longer side as a share of the picture's shorter one. */
const SIZE = 0.4;

interface Clip {
  name: string;
  way: Way;
  /** Keys of the frames' pictures. */
  frames: readonly string[];
}

export interface PhotoClips {
  searches: readonly Search[];
  pictures: Readonly<Record<string, Picture>>;
}

/** @param count clips of a thing that moves, and of one that comes in */
export function photoClips(photos: readonly Captioned[], random: Random, count: number): PhotoClips {
  const pictures: Record<string, Picture> = {};
  const cuts = photos.flatMap((photo) =>
    photo.things.filter(isCut).map((thing) => ({ photo, thing, name: thing.name })),
  );
  // A name is as likely as any other, however often it is photographed.
  const names = [...new Set(cuts.map(({ name }) => name))];
  const draw = (family: string, places: (way: Way) => readonly (readonly [number, number] | null)[]) =>
    Array.from({ length: count }, (_, i): Clip[] => {
      const name = random.pick(names);
      const { photo, thing } = random.pick(cuts.filter((cut) => cut.name === name));
      // On a photograph without such a thing, nothing else answers to its name.
      const grounds = photos.filter(
        ({ things, crowds }) =>
          things.length > 0 && [...things, ...crowds].every((other) => other.name !== name),
      );
      if (grounds.length === 0) return [];
      const ground = random.pick(grounds).url;
      const way = random.pick(Object.keys(WAYS) as Way[]);
      const frames = places(way).map((at, frame) => {
        const key = `video/photos/${family}/${i}/${frame}`;
        const part = at && { url: photo.url, box: thing.box, x: at[0], y: at[1], size: SIZE };
        pictures[key] = { kind: 'pasted', url: ground, part };
        return key;
      });
      return [{ name, way, frames }];
    }).flat();

  const moving = names.length === 0 ? [] : draw('moves', (way) => path(WAYS[way].from, WAYS[way].to));
  const coming = names.length === 0 ? [] : draw('comes', () => ENTRY);
  const all = [...new Set(photos.flatMap(({ things }) => things.map(({ name }) => name)))];
  const shared = { suite: 'video', thinks: 'queries', metrics: ['hit@1', 'hit@5'], paired: true } as const;
  const named = (family: string, text: string, clips: readonly Clip[]): Search => ({
    ...shared,
    family: `photos/${family}`,
    queries: clips.map(({ frames }) => ({ frames, text })),
    targets: all.map((text) => ({ text })),
    relevant: only(clips.map(({ name }) => all.indexOf(name))),
  });
  const ways = Object.keys(WAYS) as Way[];
  const searches: Search[] = [
    named('what-moves', 'which thing moves ?', moving),
    {
      ...shared,
      family: 'photos/direction',
      metrics: ['hit@1'],
      queries: moving.map(({ frames, name }) => ({
        frames,
        text: `in which direction does the ${name} move ?`,
      })),
      targets: ways.map((text) => ({ text })),
      relevant: only(moving.map(({ way }) => ways.indexOf(way))),
    },
    named('what-comes-in', 'what comes into the picture ?', coming),
    {
      ...shared,
      family: 'photos/text-to-clip',
      thinks: 'targets',
      queries: moving.map(({ name, way }) => ({ text: `a ${name} moves ${WAYS[way].words}` })),
      // Each forwards and backwards: only the order of frames distinguishes them.
      targets: moving.flatMap(({ frames }): Ask[] => [{ frames }, { frames: [...frames].reverse() }]),
      relevant: only(moving.map((_, i) => 2 * i)),
    },
  ];
  return { searches: searches.filter(({ queries }) => queries.length > 0), pictures };
}

export function isCut({ box: { width, height } }: BoxedThing): boolean {
  return width * height >= LEAST && width * height <= MOST;
}

function path(from: readonly [number, number], to: readonly [number, number]) {
  return [0, 0.5, 1].map(
    (at) => [from[0] + at * (to[0] - from[0]), from[1] + at * (to[1] - from[1])] as const,
  );
}
