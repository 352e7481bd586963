/** Draws clips of photographs in Node, as a camera takes them: from a hand, in changing light, with noise, and compressed. */
import sharp, { type Sharp } from 'sharp';
import { crop } from '../../workers/images/crop.ts';
import type { Pixels } from '../../workers/images/pixels.ts';
import { resize } from '../../workers/images/resample.ts';
import type { BoxedThing } from '../data.ts';
import type { Random } from '../random.ts';

/** Share of the photograph that a frame shows, so that there is something to see where the camera turns. */
const VIEW = 0.7;
/** Pixels of the photograph's longer side. */
const LONGEST = 320;
/** Radius of a shadow, as a share of the frame's shorter side. */
const SHADOW = 0.3;

/** Positions are in shares of the frame as the camera stands at rest. */
export interface Thing {
  photo: Pixels;
  box: BoxedThing['box'];
  /** Its longer side as a share of the frame's shorter one. */
  size: number;
  /** Where its middle is in each frame. */
  path: readonly (readonly [x: number, y: number])[];
}

export interface Shadow {
  /** How much darker it is at its middle, as a share. */
  depth: number;
  path: Thing['path'];
}

export interface Shot {
  /** A cut: later frames may show another one. */
  ground: Pixels;
  /** In shares of the frame, radians, and times as near. */
  camera: { x: number; y: number; turn: number; zoom: number };
  /** Factors of red, green and blue. */
  light: readonly [number, number, number];
}

export interface Footage {
  shots: readonly Shot[];
  things: readonly Thing[];
  shadows: readonly Shadow[];
  /** Standard deviation of the noise, of 255. */
  noise: number;
  /** Of JPEG; null: not compressed. */
  quality: number | null;
}

export interface Drawn {
  frames: Pixels[];
  /** The middle of each thing in each frame, in shares of it, and half of the thing's sides. */
  places: ({ x: number; y: number; halfWidth: number; halfHeight: number } | null)[][];
}

export async function drawFootage(footage: Footage, random: Random): Promise<Drawn> {
  const first = (footage.shots[0] as Shot).ground;
  const [width, height] = [Math.round(VIEW * first.width), Math.round(VIEW * first.height)];
  const shorter = Math.min(width, height);
  const parts = footage.things.map(({ photo, box, size }) => {
    const part = crop(photo, {
      x: box.x * photo.width,
      y: box.y * photo.height,
      width: box.width * photo.width,
      height: box.height * photo.height,
    });
    const scale = (size * shorter) / Math.max(part.width, part.height);
    return resize(
      part,
      Math.max(1, Math.round(scale * part.width)),
      Math.max(1, Math.round(scale * part.height)),
      'bilinear',
    );
  });
  const places: Drawn['places'] = footage.things.map(() => []);
  const frames: Pixels[] = [];
  for (const [at, { ground, camera, light }] of footage.shots.entries()) {
    const data = new Uint8ClampedArray(4 * width * height).fill(255);
    const [cos, sin] = [Math.cos(camera.turn) / camera.zoom, Math.sin(camera.turn) / camera.zoom];
    const middle = { x: (0.5 + camera.x) * width, y: (0.5 + camera.y) * height };
    const placed = footage.things.flatMap(({ path }, i) => {
      const [place, part] = [path[at], parts[i] as Pixels];
      return place
        ? [{ part, left: place[0] * width - part.width / 2, top: place[1] * height - part.height / 2 }]
        : [];
    });
    const dark = footage.shadows.flatMap(({ path, depth }) => {
      const place = path[at];
      return place ? [{ depth, x: place[0] * width, y: place[1] * height }] : [];
    });
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const [right, down] = [u + 0.5 - width / 2, v + 0.5 - height / 2];
        const x = middle.x + cos * right - sin * down;
        const y = middle.y + sin * right + cos * down;
        const over = placed.findLast(
          ({ part, left, top }) => x >= left && y >= top && x < left + part.width && y < top + part.height,
        );
        let shade = 1;
        for (const { depth, x: cx, y: cy } of dark)
          shade *= 1 - depth * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (SHADOW * shorter) ** 2);
        for (let channel = 0; channel < 3; channel++) {
          const value = over
            ? sample(over.part, x - over.left, y - over.top, channel)
            : shade *
              sample(
                ground,
                (x / width) * VIEW * ground.width + ((1 - VIEW) / 2) * ground.width,
                (y / height) * VIEW * ground.height + ((1 - VIEW) / 2) * ground.height,
                channel,
              );
          const noise = footage.noise === 0 ? 0 : footage.noise * normal(random);
          data[4 * (v * width + u) + channel] = (light[channel] as number) * value + noise;
        }
      }
    }
    frames.push(await compress({ width, height, data }, footage.quality));
    for (const [i, { path }] of footage.things.entries()) {
      const [place, part] = [path[at], parts[i] as Pixels];
      const [x, y] = place ? [place[0] * width - middle.x, place[1] * height - middle.y] : [0, 0];
      const zoom = camera.zoom ** 2;
      places[i]?.push(
        place
          ? {
              x: 0.5 + (zoom * (cos * x + sin * y)) / width,
              y: 0.5 + (zoom * (cos * y - sin * x)) / height,
              halfWidth: (camera.zoom * part.width) / 2 / width,
              halfHeight: (camera.zoom * part.height) / 2 / height,
            }
          : null,
      );
    }
  }
  return { frames, places };
}

/** Between the pixels around a point; at the edges, those go on. */
function sample({ width, height, data }: Pixels, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [right, down] = [x - 0.5 - left, y - 0.5 - top];
  const at = (u: number, v: number) =>
    data[4 * (clamp(v, height) * width + clamp(u, width)) + channel] as number;
  const upper = (1 - right) * at(left, top) + right * at(left + 1, top);
  const lower = (1 - right) * at(left, top + 1) + right * at(left + 1, top + 1);
  return (1 - down) * upper + down * lower;
}

const clamp = (at: number, length: number) => Math.max(0, Math.min(length - 1, at));

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

async function compress({ width, height, data }: Pixels, quality: number | null): Promise<Pixels> {
  if (quality === null) return { width, height, data };
  const file = await sharp(data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality })
    .toBuffer();
  return pixelsOf(sharp(file));
}

/** A photograph as large as is needed. */
export function openPhoto(path: string): Promise<Pixels> {
  return pixelsOf(sharp(path).resize(LONGEST, LONGEST, { fit: 'inside' }));
}

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}
