/** Image preprocessing of vision-language models: cuts an image into views, as their Python processors do. */
import { TteError } from '../../src/shared/errors.ts';
import { resampleOf } from '../images/filters.ts';
import type { Pixels } from '../images/pixels.ts';
import { preprocessor } from '../images/preprocess.ts';
import { resize } from '../images/resample.ts';
import type { Grid } from './positions.ts';

export interface View {
  /** [1, 3, height, width], or [patches, values] for Qwen-VL. */
  data: Float32Array<ArrayBuffer>;
  dims: readonly number[];
}

export interface Views {
  /** Each view is one input of the vision encoder. */
  views: readonly View[];
  /** The text that represents the image in the prompt, given the number of image tokens per view. */
  pattern(token: string, tokensPerView: number): string;
  /** Qwen-VL: patches before merging, and tokens after. */
  patches?: Grid;
  grid?: Grid;
}

export type Cutter = (pixels: Pixels) => Views;

/** @param config preprocessor_config.json @throws TteError model-invalid */
export function cutterFor(config: Record<string, unknown>): Cutter {
  const type = String(config.image_processor_type ?? config.feature_extractor_type ?? '');
  if (/^(Idefics3|SmolVLM)/.test(type)) return tileCutter(config);
  if (/^Qwen2VL/.test(type)) return patchCutter(config);
  const prepare = preprocessor(config);
  return (pixels) => ({
    views: [prepare(pixels)],
    pattern: (token, tokensPerView) => token.repeat(tokensPerView),
  });
}

/** Upper limit for `longest_edge`. */
const MAX_SIDE = 4096;

/** Idefics3 and SmolVLM: tiles of equal size in rows and columns, followed by the whole picture. */
function tileCutter(config: Record<string, unknown>): Cutter {
  const side = edge(config, 'max_image_size', 'longest_edge');
  const longest = Math.min(edge(config, 'size', 'longest_edge'), MAX_SIDE);
  const resample = resampleOf(config.resample ?? 'lanczos');
  const normalize = preprocessor({ ...config, do_resize: false, do_center_crop: false });
  const splits = config.do_image_splitting !== false;

  return (picture) => {
    const sized = config.do_resize === false ? picture : resized(picture, longest);
    if (!splits) return single(resize(sized, side, side, resample));
    const whole = (length: number): number => Math.ceil(length / side) * side;
    const isWide = sized.width >= sized.height;
    const ratio = sized.width / sized.height;
    const width = isWide ? whole(sized.width) : whole(Math.trunc(whole(sized.height) * ratio));
    const height = isWide ? whole(Math.trunc(whole(sized.width) / ratio)) : whole(sized.height);
    const tiled = resize(sized, width, height, resample);
    if (width === side && height === side) return single(tiled);

    const rows = height / side;
    const columns = width / side;
    const tiles = Array.from({ length: rows * columns }, (_, index) => {
      const left = (index % columns) * side;
      const top = Math.floor(index / columns) * side;
      return normalize(resize(tiled, width, height, resample, { left, top, width: side, height: side }));
    });
    return {
      views: [...tiles, normalize(resize(tiled, side, side, resample))],
      pattern(token, tokensPerView) {
        const image = token.repeat(tokensPerView);
        const lines = Array.from({ length: rows }, (_, row) => {
          const cells = Array.from(
            { length: columns },
            (_, column) => `${FAKE}<row_${row + 1}_col_${column + 1}>${image}`,
          );
          return `${cells.join('')}\n`;
        });
        return `${lines.join('')}\n${FAKE}${GLOBAL}${image}${FAKE}`;
      },
    };
  };

  function single(picture: Pixels): Views {
    return {
      views: [normalize(picture)],
      pattern: (token, tokensPerView) => `${FAKE}${GLOBAL}${token.repeat(tokensPerView)}${FAKE}`,
    };
  }

  /** Scales the longer side to `to`; the other side is made even. */
  function resized(picture: Pixels, to: number): Pixels {
    const ratio = picture.width / picture.height;
    const even = (length: number): number => Math.max(1, Math.trunc(length) + (Math.trunc(length) % 2));
    return ratio >= 1
      ? resize(picture, to, even(to / ratio), resample)
      : resize(picture, even(to * ratio), to, resample);
  }
}

const FAKE = '<fake_token_around_image>';
const GLOBAL = '<global-img>';

/** Qwen2-VL and later: sides in whole merged patches within a budget of pixels; patches in the order they are merged. */
function patchCutter(config: Record<string, unknown>): Cutter {
  const patch = numberOf(config.patch_size, 14);
  const merge = numberOf(config.merge_size, 2);
  const times = numberOf(config.temporal_patch_size, 2);
  const size = (config.size ?? {}) as Record<string, unknown>;
  const least = numberOf(config.min_pixels ?? size.min_pixels ?? size.shortest_edge, 56 * 56);
  const most = numberOf(config.max_pixels ?? size.max_pixels ?? size.longest_edge, 28 * 28 * 1280);
  const resample = resampleOf(config.resample ?? 'bicubic');
  const normalize = preprocessor({ ...config, do_resize: false, do_center_crop: false });

  return (picture) => {
    const { width, height } = wholePatches(picture, patch * merge, least, most);
    const { data } = normalize(resize(picture, width, height, resample));
    const rows = height / patch;
    const columns = width / patch;
    const merged: Grid = [1, rows / merge, columns / merge];
    const values = 3 * times * patch * patch;
    const patches = new Float32Array(rows * columns * values);
    let at = 0;
    for (const { row, column } of mergeOrder(rows, columns, merge)) {
      for (let channel = 0; channel < 3; channel++) {
        const plane = channel * width * height;
        const start = at;
        for (let y = 0; y < patch; y++) {
          const line = plane + (row * patch + y) * width + column * patch;
          patches.set(data.subarray(line, line + patch), at);
          at += patch;
        }
        // A still image fills all frames of a patch.
        for (let time = 1; time < times; time++) {
          patches.copyWithin(at, start, start + patch * patch);
          at += patch * patch;
        }
      }
    }
    return {
      views: [{ data: patches, dims: [rows * columns, values] }],
      pattern: (token, tokensPerView) => token.repeat(tokensPerView),
      patches: [1, rows, columns],
      grid: merged,
    };
  };
}

function* mergeOrder(
  rows: number,
  columns: number,
  merge: number,
): Generator<{ row: number; column: number }> {
  for (let top = 0; top < rows; top += merge) {
    for (let left = 0; left < columns; left += merge) {
      for (let cell = 0; cell < merge * merge; cell++) {
        yield { row: top + Math.floor(cell / merge), column: left + (cell % merge) };
      }
    }
  }
}

/** Sides divisible by `factor`, as close to the picture's as the budget of pixels allows. */
export function wholePatches(
  { width, height }: { width: number; height: number },
  factor: number,
  least: number,
  most: number,
): { width: number; height: number } {
  if (Math.max(width, height) / Math.min(width, height) > 200) {
    throw new TteError('invalid-input', `The picture is too narrow: ${width} × ${height}.`);
  }
  const near = (length: number): number => roundHalfEven(length / factor) * factor;
  const area = near(width) * near(height);
  if (area > most) {
    const shrink = Math.sqrt((width * height) / most);
    const below = (length: number): number => Math.max(factor, Math.floor(length / shrink / factor) * factor);
    return { width: below(width), height: below(height) };
  }
  if (area < least) {
    const grow = Math.sqrt(least / (width * height));
    const above = (length: number): number => Math.ceil((length * grow) / factor) * factor;
    return { width: above(width), height: above(height) };
  }
  return { width: near(width), height: near(height) };
}

/** Rounds half to even, as Python does. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function edge(config: Record<string, unknown>, key: string, name: string): number {
  const value = (config[key] as Record<string, unknown> | undefined)?.[name];
  if (typeof value === 'number') return value;
  throw new TteError('model-invalid', `preprocessor_config.json: ${key}.${name} is missing.`);
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
