/** Short clips: three frames in which one thing moves from one place to another, in scenes of pictograms and over photographs. */
import { pictograms } from '../art.ts';
import type { Data } from '../data.ts';
import { type Ask, only, type Suite } from '../family.ts';
import type { Name } from '../names.ts';
import type { Cell, Picture } from '../pictures.ts';
import { createRandom } from '../random.ts';
import { drawCell, drawScene } from '../scenes/draw.ts';
import { wording } from '../scenes/wording.ts';
import { photoClips } from './photo-clips.ts';

interface Clip {
  mover: Name;
  from: string;
  to: string;
  /** Keys of the frames' pictures. */
  frames: readonly string[];
}

export function videoSuite(data: Data, seed: number, count: number): Suite {
  const random = createRandom(seed, 'video');
  const art: Record<string, string> = {};
  const pictures: Record<string, Picture> = {};
  const stock = pictograms('trained', data.art.trained, (name) => name.traced, art);
  const clips = Array.from({ length: count }, (_, i): Clip => {
    const things = random.sample(stock.names, 3);
    const [mover, ...others] = things.map((name) => stock.source(name, random));
    const [from, to, ...rest] = random.sample([0, 1, 2, 3], 4) as [number, number, number, number];
    const scene = drawScene([null, null, null, null], random);
    const cells: (Cell | null)[] = [null, null, null, null];
    for (const [at, place] of rest.entries())
      cells[place] = drawCell(others[at] as typeof mover & object, random);
    const moving = drawCell(mover as typeof mover & object, random);
    // Three frames: at the start, about to leave, arrived.
    const frames = [from, from, to].map((place, at) => {
      const key = `video/${i}/${at}`;
      const nudge = at === 1 ? { ...moving, x: -moving.x, y: -moving.y } : moving;
      pictures[key] = { kind: 'scene', scene: { ...scene, cells: cells.with(place, nudge) } };
      return key;
    });
    const corner = (place: number) => wording.corners[place]?.[1] as string;
    return { mover: things[0] as Name, from: corner(from), to: corner(to), frames };
  });
  const movers = [...new Set(clips.map(({ mover }) => mover.name))];
  // Each clip forwards and backwards: only the order of frames distinguishes them.
  const shown = clips.flatMap(({ frames }): Ask[] => [{ frames }, { frames: [...frames].reverse() }]);
  const photos = photoClips(data.captioned, createRandom(seed, 'video/photos'), count);
  const metrics = ['hit@1', 'recall@10', 'nDCG@10'] as const;
  return {
    searches: [
      ...photos.searches,
      {
        suite: 'video',
        family: 'what-moves',
        metrics,
        thinks: 'queries',
        queries: clips.map(({ frames }) => ({ frames, text: 'which thing moves ?' })),
        targets: movers.map((text) => ({ text })),
        relevant: only(clips.map(({ mover }) => movers.indexOf(mover.name))),
      },
      {
        suite: 'video',
        family: 'text-to-clip',
        metrics,
        thinks: 'queries',
        queries: clips.map(({ mover, from, to }) => ({
          text: `the ${mover.name} moves from the ${from} to the ${to}`,
        })),
        targets: shown,
        relevant: only(clips.map((_, i) => 2 * i)),
      },
    ],
    similarities: [],
    drawing: { pictures: { ...pictures, ...photos.pictures }, art },
  };
}
