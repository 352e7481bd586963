/** What clips that people make are like, in graded strength. */
import type { Random } from '../random.ts';

/** How a clip differs from one of three frames by a camera that stands still, in which one thing moves. */
export interface Disturbance {
  /** Of the clip. */
  frames: number;
  /** Standard deviation, of 255. */
  noise: number;
  /** Of JPEG. */
  quality: number | null;
  /** At most so much brighter or darker, as a share: all colours together, and each by itself. */
  exposure: number;
  balance: number;
  /** A hand: at most so far from rest, in shares of the frame, radians, and as a share of the distance. */
  shift: number;
  turn: number;
  zoom: number;
  /** How far the camera goes in the whole clip, in shares of the frame. */
  pan: number;
  /** Of the thing: its longer side as a share of the frame's shorter one. */
  size: number;
  /** Share of its way that it goes. */
  way: number;
  /** Share of the clip in which it moves; then it stands. */
  moving: number;
  /** And a second thing moves. */
  second: boolean;
  /** How much darker the thing's shadow is, as a share. */
  shadow: number;
  /** Another scene follows. */
  cut: boolean;
}

const NONE: Disturbance = {
  frames: 3,
  noise: 0,
  quality: null,
  exposure: 0,
  balance: 0,
  shift: 0,
  turn: 0,
  zoom: 0,
  pan: 0,
  size: 0.4,
  way: 1,
  moving: 1,
  second: false,
  shadow: 0,
  cut: false,
};

const DEGREE = Math.PI / 180;

/** A telephone in a hand. */
const filmed = (strength: number): Partial<Disturbance> => ({
  noise: 4 * strength,
  quality: 70,
  exposure: 0.04 * strength,
  balance: 0.01 * strength,
  shift: 0.01 * strength,
  turn: 0.5 * DEGREE * strength,
  zoom: 0.005 * strength,
});

/** By name: what is told of the strengths, and what they are. */
const FAMILIES: Readonly<Record<string, readonly (readonly [string, Partial<Disturbance>])[]>> = {
  none: [['', {}]],
  noise: [4, 8, 16, 32].map((noise) => [`σ ${noise}`, { noise }]),
  compression: [80, 50, 25, 10].map((quality) => [`JPEG ${quality}`, { quality }]),
  exposure: [0.05, 0.1, 0.2, 0.4].map((exposure) => [`± ${exposure}`, { exposure }]),
  'white balance': [0.03, 0.06, 0.12].map((balance) => [`± ${balance}`, { balance }]),
  shift: [0.005, 0.01, 0.02, 0.04, 0.08].map((shift) => [`± ${shift}`, { shift }]),
  turn: [0.5, 1, 2, 4].map((degrees) => [`± ${degrees}°`, { turn: degrees * DEGREE }]),
  zoom: [0.01, 0.02, 0.05].map((zoom) => [`± ${zoom}`, { zoom }]),
  'from a hand': [1, 2, 4].map((strength) => [`× ${strength}`, filmed(strength)]),
  'from a hand, 8 frames': [1, 2, 4].map((strength) => [`× ${strength}`, { ...filmed(strength), frames: 8 }]),
  pan: [0.05, 0.1, 0.2, 0.4].map((pan) => [`${pan}`, { pan }]),
  'pan, 8 frames': [0.1, 0.4].map((pan) => [`${pan}`, { pan, frames: 8 }]),
  frames: [2, 4, 5, 8, 16].map((frames) => [`${frames}`, { frames }]),
  size: [0.08, 0.12, 0.2, 0.6, 0.8].map((size) => [`${size}`, { size }]),
  way: [0.2, 0.4, 0.6].map((way) => [`${way}`, { way }]),
  'stops, 8 frames': [0.25, 0.5, 0.75].map((moving) => [`after ${moving}`, { moving, frames: 8 }]),
  'two things': [3, 8].map((frames) => [`${frames} frames`, { second: true, frames }]),
  shadow: [0.2, 0.4, 0.6].map((shadow) => [`${shadow}`, { shadow }]),
  cut: [3, 8].map((frames) => [`${frames} frames`, { cut: true, frames }]),
};

/** @param only of these families; all if there are none */
export function disturbances(only: readonly string[]): { family: string; level: string; how: Disturbance }[] {
  return Object.entries(FAMILIES)
    .filter(([family]) => only.length === 0 || only.includes(family))
    .flatMap(([family, levels]) =>
      levels.map(([level, how]) => ({ family, level, how: { ...NONE, ...how } })),
    );
}

export const FAMILY_NAMES = Object.keys(FAMILIES);

/** Anywhere between −most and most. */
export function around(random: Random, most: number): number {
  return random.between(-most, most);
}
