/**
 * Image preprocessing of EmbeddingGemma 2: the image is resized to whole patches within a budget and cut into patches with
 * positions. Sizes and layout follow transformers' Gemma 4 image processor.
 */

import { type Resample, resampleOf } from '../images/filters.ts';
import type { Pixels } from '../images/pixels.ts';
import { resize } from '../images/resample.ts';

export interface PatchConfig {
  patchSize: number;
  /** Maximum number of soft tokens per image. */
  maxSoftTokens: number;
  /** Patches a soft token spans along each axis. */
  poolingKernel: number;
  resample: Resample;
  rescaleFactor: number;
}

export interface Patches {
  /** `[maxPatches, patchSize² × 3]`, rows of one patch: y, x, channel; zero-padded. */
  values: Float32Array;
  /** `[maxPatches, 2]`: column, row; −1 for padding. */
  positions: BigInt64Array;
  maxPatches: number;
  /** Number of tokens that the image takes in the prompt. */
  softTokens: number;
}

/** `config` is the `image_processor` part of processor_config.json, or preprocessor_config.json. */
export function readPatchConfig(config: Record<string, unknown>): PatchConfig {
  const number = (key: string, otherwise: number) =>
    typeof config[key] === 'number' ? config[key] : otherwise;
  return {
    patchSize: number('patch_size', 16),
    maxSoftTokens: number('max_soft_tokens', 280),
    poolingKernel: number('pooling_kernel_size', 3),
    resample: resampleOf(config.resample ?? 3),
    rescaleFactor: number('rescale_factor', 1 / 255),
  };
}

/** The largest size of the same aspect ratio whose sides are whole soft tokens and whose patches stay within the budget. */
function targetSize(width: number, height: number, config: PatchConfig): { width: number; height: number } {
  const side = config.patchSize * config.poolingKernel;
  const budget = config.maxSoftTokens * side * side;
  const factor = Math.sqrt(budget / (width * height));
  const whole = (length: number) => Math.floor((factor * length) / side) * side;
  const longest = config.maxSoftTokens * side;
  // An image too thin for one soft token across still gets one.
  if (whole(height) === 0)
    return { width: Math.min(Math.floor(width / height) * side, longest), height: side };
  if (whole(width) === 0)
    return { width: side, height: Math.min(Math.floor(height / width) * side, longest) };
  return { width: whole(width), height: whole(height) };
}

export function cutPatches(pixels: Pixels, config: PatchConfig): Patches {
  const { patchSize, poolingKernel, rescaleFactor } = config;
  const { width, height } = targetSize(pixels.width, pixels.height, config);
  const { data } = resize(pixels, width, height, config.resample);
  const maxPatches = config.maxSoftTokens * poolingKernel ** 2;
  const columns = width / patchSize;
  const rows = height / patchSize;
  const values = new Float32Array(maxPatches * patchSize * patchSize * 3);
  const positions = new BigInt64Array(maxPatches * 2).fill(-1n);
  let at = 0;
  for (let patch = 0; patch < columns * rows; patch++) {
    const column = patch % columns;
    const row = (patch - column) / columns;
    positions[2 * patch] = BigInt(column);
    positions[2 * patch + 1] = BigInt(row);
    for (let y = 0; y < patchSize; y++) {
      const start = ((row * patchSize + y) * width + column * patchSize) * 4;
      for (let x = 0; x < patchSize; x++) {
        for (let channel = 0; channel < 3; channel++) {
          values[at++] = (data[start + 4 * x + channel] as number) * rescaleFactor;
        }
      }
    }
  }
  return { values, positions, maxPatches, softTokens: Math.floor((columns * rows) / poolingKernel ** 2) };
}
