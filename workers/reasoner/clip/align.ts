/** Finds how the camera moved between two frames: Lucas–Kanade alignment by an affine motion, robust and from coarse to fine. */
import type { Box } from '../../../src/shared/types.ts';
import { median } from '../../statistics.ts';
import { evenLight } from './light.ts';
import { halve, type Plane } from './plane.ts';

/**
 * Where a place of one frame is in another one: it moves by `[0]` + `[1]` X + `[2]` Y in x, and likewise by the last three in y, in pixels;
 * X and Y are from −1 to 1 across the frame.
 */
export type Motion = readonly number[];
export const STILL: Motion = [0, 0, 0, 0, 0, 0];

/** Pixels along each side of the smallest planes, and how far the camera is looked for there. */
const COARSE = 16;
const REACH = 4;
/** Steps for each size of the planes at most, and a step after which no other one is needed, in pixels. */
const STEPS = 5;
const LAST_STEP = 0.02;
/** A difference that is so many times the usual one has half the weight. */
const OUTLYING = 2;

/** A motion, and what makes the reference as bright as the frame: a gain less 1, and an offset. */
type Fit = Motion;
const SAME: Fit = [...STILL, 0, 0];

/**
 * The camera is taken to stand still unless they differ less after a motion.
 * @param side of both planes, `COARSE` times a power of two; neither has unknown values
 */
export function align(reference: Plane, frame: Plane, side: number): Motion {
  const motion = coarseToFine(reference, frame, side).slice(0, STILL.length);
  const off = (by: Motion) => {
    const [even] = evenLight([warp(frame, side, by)], reference) as [Plane];
    return usualError(even.map((value, i) => value - (reference[i] as number)));
  };
  return off(motion) < off(STILL) ? motion : STILL;
}

function coarseToFine(reference: Plane, frame: Plane, side: number): Fit {
  if (side === COARSE) {
    const shift = search(standardized(reference), standardized(frame));
    return refine(reference, frame, side, shift);
  }
  const coarse = coarseToFine(halve(reference, side), halve(frame, side), side / 2);
  const start = coarse.map((part, i) => (i < STILL.length ? 2 * part : part));
  return refine(reference, frame, side, start);
}

function usualError(errors: Plane): number {
  return median(errors.map(Math.abs).filter((error) => !Number.isNaN(error)));
}

/** Of mean 0 and standard deviation 1, so that exposure makes no difference. */
function standardized(plane: Plane): Plane {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const variance = plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length;
  return plane.map((value) => (value - mean) / Math.sqrt(variance + 1));
}

/** The shift by whole pixels after which the planes differ least. */
function search(reference: Plane, frame: Plane): Fit {
  let least = Number.POSITIVE_INFINITY;
  let best = SAME;
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      let sum = 0;
      for (let y = Math.max(0, -dy); y < Math.min(COARSE, COARSE - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(COARSE, COARSE - dx); x++) {
          const i = y * COARSE + x;
          sum += Math.abs((frame[i + dy * COARSE + dx] as number) - (reference[i] as number));
        }
      }
      const mean = sum / ((COARSE - Math.abs(dx)) * (COARSE - Math.abs(dy)));
      if (mean < least) [least, best] = [mean, [dx, 0, 0, dy, 0, 0, 0, 0]];
    }
  }
  return best;
}

/** Gauss–Newton steps. What moves by itself differs more than is usual, and so has little weight. */
function refine(reference: Plane, frame: Plane, side: number, start: Fit): Fit {
  const size = start.length;
  const row = new Float64Array(size);
  let fit = start;
  for (let round = 0; round < STEPS; round++) {
    const [gain, offset] = [1 + (fit[6] as number), fit[7] as number];
    const errors = warp(frame, side, fit).map((value, i) => value - gain * (reference[i] as number) - offset);
    const usual = OUTLYING * usualError(errors) + 1e-6;
    const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
    for (let y = 1; y < side - 1; y++) {
      for (let x = 1; x < side - 1; x++) {
        const i = y * side + x;
        const error = errors[i] as number;
        if (Number.isNaN(error)) continue;
        const across = ((reference[i + 1] as number) - (reference[i - 1] as number)) / 2;
        const down = ((reference[i + side] as number) - (reference[i - side] as number)) / 2;
        const [X, Y] = [centred(x, side), centred(y, side)];
        row[0] = across;
        row[1] = across * X;
        row[2] = across * Y;
        row[3] = down;
        row[4] = down * X;
        row[5] = down * Y;
        row[6] = -(reference[i] as number);
        row[7] = -1;
        const weight = 1 / (1 + (error / usual) ** 2);
        for (let a = 0; a < size; a++) {
          const sums = matrix[a] as Float64Array;
          const factor = weight * (row[a] as number);
          for (let b = 0; b <= a; b++) sums[b] = (sums[b] as number) + factor * (row[b] as number);
          sums[size] = (sums[size] as number) - factor * error;
        }
      }
    }
    for (let a = 0; a < size; a++)
      for (let b = 0; b < a; b++) (matrix[b] as Float64Array)[a] = matrix[a]?.[b] as number;
    const step = solve(matrix);
    fit = fit.map((part, i) => part + (step[i] as number));
    if (step.slice(0, STILL.length).every((part) => Math.abs(part) < LAST_STEP)) break;
  }
  return fit;
}

/** By Gauss–Jordan elimination; what no equation determines is 0. @param matrix positive semidefinite, each row followed by its right side */
function solve(matrix: readonly Float64Array[]): number[] {
  const size = matrix.length;
  for (const [i, row] of matrix.entries()) {
    row[i] = (row[i] as number) + 1e-6;
    for (const other of matrix) {
      if (other === row) continue;
      const factor = (other[i] as number) / (row[i] as number);
      for (let k = i; k <= size; k++) other[k] = (other[k] as number) - factor * (row[k] as number);
    }
  }
  return matrix.map((row, i) => (row[size] as number) / (row[i] as number));
}

/** The frame as the reference's camera would see it; bilinear. */
export function warp(frame: Plane, side: number, motion: Motion): Plane {
  const [a, b, c, d, e, f] = motion as [number, number, number, number, number, number];
  const warped = new Float32Array(side * side).fill(Number.NaN);
  const last = side - 1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [X, Y] = [centred(x, side), centred(y, side)];
      const [u, v] = [x + a + b * X + c * Y, y + d + e * X + f * Y];
      if (!(u >= -0.5 && v >= -0.5 && u <= last + 0.5 && v <= last + 0.5)) continue;
      const [left, top] = [
        Math.min(last - 1, Math.max(0, Math.floor(u))),
        Math.min(last - 1, Math.max(0, Math.floor(v))),
      ];
      const [right, down] = [Math.max(0, Math.min(1, u - left)), Math.max(0, Math.min(1, v - top))];
      const i = top * side + left;
      const upper = (1 - right) * (frame[i] as number) + right * (frame[i + 1] as number);
      const lower = (1 - right) * (frame[i + side] as number) + right * (frame[i + side + 1] as number);
      warped[y * side + x] = (1 - down) * upper + down * lower;
    }
  }
  return warped;
}

/** Where a box, in shares of the reference, is in the frame. @param side of the planes of which the motion is */
export function warpBox({ x, y, width, height }: Box, side: number, motion: Motion): Box {
  const [a, b, c, d, e, f] = motion as [number, number, number, number, number, number];
  const [X, Y] = [2 * x + width - 1, 2 * y + height - 1];
  return { x: x + (a + b * X + c * Y) / side, y: y + (d + e * X + f * Y) / side, width, height };
}

function centred(at: number, side: number): number {
  return (2 * at + 1) / side - 1;
}
