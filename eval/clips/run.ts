/** `npm run eval:clips`: how often what moves is told rightly, and wrongly, in clips that are disturbed like those that people make. */
import { join } from 'node:path';
import { commandLine } from '../../scripts/command-line.ts';
import { oneOf, wholeNumber } from '../../src/node/arguments.ts';
import type { Pixels } from '../../workers/images/pixels.ts';
import { movements } from '../../workers/reasoner/clip/movements.ts';
import type { Event, Way } from '../../workers/reasoner/clip/tracks.ts';
import { type Captioned, findData } from '../data.ts';
import { createRandom, type Random } from '../random.ts';
import { isCut, WAYS } from '../suites/photo-clips.ts';
import { around, type Disturbance, disturbances, FAMILY_NAMES } from './disturbances.ts';
import { type Drawn, drawFootage, type Footage, openPhoto, type Shot, type Thing } from './draw.ts';

const { values } = commandLine({
  usage: `Usage: npm run eval:clips [-- options]

Says in how many per cent of clips of photographs, disturbed in graded strength, it is told rightly (and where it happens), rightly but elsewhere,
and wrongly what moves or comes in; and in how many of the same clips without it something is told. The model takes no part.

  --family NAME  of ${FAMILY_NAMES.join(', ')}; may be repeated (default: all)
  --seed N       of the draws (default 1)
  --n COUNT      clips of each kind (default 24)
  --half HALF    of the photographs: even or odd places (default odd, which chose nothing)
`,
  options: {
    family: { type: 'string', multiple: true, default: [], check: oneOf(FAMILY_NAMES) },
    seed: { type: 'string', default: '1', check: wholeNumber(1) },
    n: { type: 'string', default: '24', check: wholeNumber(1) },
    half: { type: 'string', default: 'odd', check: oneOf(['even', 'odd']) },
  },
});

/** The way of what comes in. */
const ENTRY = { from: [-0.3, 0.6], to: [0.5, 0.6] } as const;

type Verdict = 'right' | 'elsewhere' | 'wrong';

const data = findData(undefined);
const photos = data.captioned.filter((_, i) => i % 2 === (values.half === 'even' ? 0 : 1));
const cuts = photos.flatMap((photo) => photo.things.filter(isCut).map(({ box }) => ({ photo, box })));
const opened = new Map<Captioned, Promise<Pixels>>();

const count = Number(values.n);
let ms = 0;
let clips = 0;
console.log(
  '| disturbance | | right | right, elsewhere | wrong | nothing moves: told to move |\n|---|---|---|---|---|---|',
);
for (const { family, level, how } of disturbances(values.family)) {
  const tally = { right: 0, elsewhere: 0, wrong: 0, told: 0 };
  for (let i = 0; i < count; i++) {
    // The same clips in all families.
    const random = createRandom(Number(values.seed), `clips/${i}`);
    const planned = await plan(how, random, i % 2 === 0 ? 'moves' : 'comes');
    const drawn = await drawFootage(planned.footage, random);
    const verdict = judge(drawn, planned.events);
    if (verdict) tally[verdict]++;
    const still = { ...planned.footage, things: [], shadows: [] };
    if (told((await drawFootage(still, random)).frames)) tally.told++;
  }
  const shares = Object.values(tally).map((some) => ((100 * some) / count).toFixed(1));
  console.log(`| ${[family, level, ...shares].join(' | ')} |`);
}
console.log(`\n${(ms / clips).toFixed(1)} ms for each clip`);

function told(frames: readonly Pixels[]) {
  const began = performance.now();
  const [first] = movements(frames);
  ms += performance.now() - began;
  clips++;
  return first;
}

/** Right: what happens to one of the things, and in most frames where it is; elsewhere: only what happens. */
function judge({ frames, places }: Drawn, events: readonly Event[]): Verdict | null {
  const said = told(frames);
  if (!said) return null;
  const { event, track } = said;
  const meant = [...events.keys()].filter(
    (thing) => events[thing]?.what === event.what && events[thing]?.way === event.way,
  );
  const isPlaced = meant.some((thing) => {
    const hits = track.filter(({ frame, box }) => {
      const place = places[thing]?.[frame];
      return (
        place &&
        Math.abs(box.x + box.width / 2 - place.x) <= place.halfWidth &&
        Math.abs(box.y + box.height / 2 - place.y) <= place.halfHeight
      );
    });
    return 2 * hits.length > track.length;
  });
  return isPlaced ? 'right' : meant.length > 0 ? 'elsewhere' : 'wrong';
}

async function plan(
  how: Disturbance,
  random: Random,
  what: 'moves' | 'comes',
): Promise<{ footage: Footage; events: Event[] }> {
  const [ground, next] = random.sample(photos, 2) as [Captioned, Captioned];
  const ways = random.sample(Object.keys(WAYS) as Way[], 2) as [Way, Way];
  const picked = [random.pick(cuts), random.pick(cuts)] as const;
  const things = await Promise.all(
    picked.slice(0, how.second ? 2 : 1).map(async ({ photo, box }, i): Promise<Thing> => {
      const path = i === 0 ? pathOf(how, what, ways[0]) : pathOf(how, 'moves', ways[1], 0.25);
      return { photo: await open(photo), box, size: i === 0 ? how.size : how.size / 2, path };
    }),
  );
  const shown = [await open(ground), await open(next)] as const;
  const shots = Array.from({ length: how.frames }, (_, i): Shot => {
    const along = how.frames === 1 ? 0 : i / (how.frames - 1) - 0.5;
    const all = 1 + around(random, how.exposure);
    const one = () => all * (1 + around(random, how.balance));
    return {
      ground: shown[how.cut && i >= how.frames / 2 ? 1 : 0],
      camera: {
        x: how.pan * along + around(random, how.shift),
        y: around(random, how.shift),
        turn: around(random, how.turn),
        zoom: 1 + around(random, how.zoom),
      },
      light: [one(), one(), one()],
    };
  });
  const shadows =
    how.shadow > 0
      ? things.map(({ path }) => ({
          depth: how.shadow,
          path: path.map(([x, y]) => [x + how.size / 4, y + how.size / 4] as const),
        }))
      : [];
  const { frames: _, noise, quality } = how;
  const events = things.map(
    (_, i): Event =>
      i === 0 ? { what, way: what === 'moves' ? ways[0] : 'right' } : { what: 'moves', way: ways[1] },
  );
  return { footage: { shots, things, shadows, noise, quality }, events };
}

/** @param aside how far from its usual way, in shares of the frame */
function pathOf(
  { frames, way: share, moving }: Disturbance,
  what: Event['what'],
  way: Way,
  aside = 0,
): Thing['path'] {
  const { from, to } = what === 'comes' ? ENTRY : WAYS[way];
  const isAcross = from[1] === to[1];
  return Array.from({ length: frames }, (_, i) => {
    const at = share * Math.min(1, i / (moving * (frames - 1)));
    const [x, y] = [from[0] + at * (to[0] - from[0]), from[1] + at * (to[1] - from[1])];
    return isAcross ? [x, y - aside] : [x - aside, y];
  });
}

function open(photo: Captioned): Promise<Pixels> {
  const known = opened.get(photo);
  if (known) return known;
  const [url, folder] = Object.entries(data.folders).find(([url]) => photo.url.startsWith(url)) as [
    string,
    string,
  ];
  const read = openPhoto(join(folder, decodeURIComponent(photo.url.slice(url.length))));
  opened.set(photo, read);
  return read;
}
