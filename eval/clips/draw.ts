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

type Point = readonly [x: number, y: number];
type Size = Pick<Pixels, 'width' | 'height'>;

/** Positions are in shares of the frame as the camera stands at rest. */
export interface Thing {
  photo: Pixels;
  box: BoxedThing['box'];
  /** Its longer side as a share of the frame's shorter one. */
  size: number;
  /** Where its middle is in each frame. */
  path: readonly Point[];
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

/** The middle of a thing and half of its sides, in shares of a frame. */
interface Place {
  x: number;
  y: number;
  halfWidth: number;
  halfHeight: number;
}

export interface Drawn {
  frames: Pixels[];
  /** Of each thing in each frame. */
  places: Place[][];
}

export async function drawFootage(footage: Footage, random: Random): Promise<Drawn> {
  const { ground } = footage.shots[0] as Shot;
  const size = { width: Math.round(VIEW * ground.width), height: Math.round(VIEW * ground.height) };
  const parts = footage.things.map((thing) => partOf(thing, Math.min(size.width, size.height)));
  const frames: Pixels[] = [];
  for (const at of footage.shots.keys()) {
    const frame = drawFrame(footage, at, parts, size, random);
    frames.push(await compress(frame, footage.quality));
  }
  const places = footage.things.map(({ path }, i) =>
    footage.shots.map((shot, at) => placeOf(path[at] as Point, parts[i] as Pixels, shot, size)),
  );
  return { frames, places };
}

/** @param shorter side of the frame, in pixels */
function partOf({ photo, box, size }: Thing, shorter: number): Pixels {
  const { width, height } = photo;
  const part = crop(photo, {
    x: box.x * width,
    y: box.y * height,
    width: box.width * width,
    height: box.height * height,
  });
  const scale = (size * shorter) / Math.max(part.width, part.height);
  const side = (length: number) => Math.max(1, Math.round(scale * length));
  return resize(part, side(part.width), side(part.height), 'bilinear');
}

function drawFrame(
  { shots, things, shadows, noise }: Footage,
  at: number,
  parts: readonly Pixels[],
  { width, height }: Size,
  random: Random,
): Pixels {
  const { ground, camera, light } = shots[at] as Shot;
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const [cos, sin] = [Math.cos(camera.turn) / camera.zoom, Math.sin(camera.turn) / camera.zoom];
  const corners = things.map(({ path }, i) => {
    const [[x, y], part] = [path[at] as Point, parts[i] as Pixels];
    return { part, left: x * width - part.width / 2, top: y * height - part.height / 2 };
  });
  for (let i = 0; i < width * height; i++) {
    const [right, down] = [(i % width) + 0.5 - width / 2, Math.floor(i / width) + 0.5 - height / 2];
    const x = (0.5 + camera.x) * width + cos * right - sin * down;
    const y = (0.5 + camera.y) * height + sin * right + cos * down;
    const over = corners.findLast(
      ({ part, left, top }) => x >= left && y >= top && x < left + part.width && y < top + part.height,
    );
    const shade = shadows.reduce((shade, { depth, path }) => {
      const [left, top] = path[at] as Point;
      const far = Math.hypot(x - left * width, y - top * height) / (SHADOW * Math.min(width, height));
      return shade * (1 - depth * Math.exp(-(far ** 2)));
    }, 1);
    const across = (VIEW * x) / width + (1 - VIEW) / 2;
    const below = (VIEW * y) / height + (1 - VIEW) / 2;
    for (let channel = 0; channel < 3; channel++) {
      const value = over
        ? sample(over.part, x - over.left, y - over.top, channel)
        : shade * sample(ground, across * ground.width, below * ground.height, channel);
      data[4 * i + channel] = (light[channel] as number) * value + (noise && noise * normal(random));
    }
  }
  return { width, height, data };
}

function placeOf([x, y]: Point, part: Pixels, { camera }: Shot, { width, height }: Size): Place {
  const [cos, sin] = [camera.zoom * Math.cos(camera.turn), camera.zoom * Math.sin(camera.turn)];
  const [right, down] = [(x - 0.5 - camera.x) * width, (y - 0.5 - camera.y) * height];
  return {
    x: 0.5 + (cos * right + sin * down) / width,
    y: 0.5 + (cos * down - sin * right) / height,
    halfWidth: (camera.zoom * part.width) / 2 / width,
    halfHeight: (camera.zoom * part.height) / 2 / height,
  };
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
