/** The fields of a convolution that an operator, its jobs and its kernel share, and the layout of its scratch. */
import type { Code, Local } from '../simd/assemble.ts';
import { ceilDiv, i32 } from '../simd/instructions.ts';
import { BLOCK, ROW_BLOCK_BYTES, ROWS, TILE } from './layout.ts';

/** Fields that describe a convolution to its jobs: addresses, and sizes in elements (`values`: those of a patch). */
export const CONVOLUTION = [
  ...(['input', 'weights', 'output', 'scratch', 'scratchBytes', 'activation'] as const),
  ...(['channels', 'height', 'width', 'kernelHeight', 'kernelWidth', 'strideY', 'strideX'] as const),
  ...(['padTop', 'padLeft', 'outWidth', 'positions', 'outChannels', 'values', 'blocks'] as const),
] as const;
export type ConvolutionField = (typeof CONVOLUTION)[number];

/** Parameters of a convolution's node, as 32-bit words. */
export const CONVOLUTION_WORDS = [
  ...(['kernelHeight', 'kernelWidth', 'strideY', 'strideX', 'padTop', 'padLeft'] as const),
  ...(['padBottom', 'padRight', 'activation'] as const),
] as const;

/** Number of groups of four positions that a thread quantizes before it multiplies, so that the weights are read once for all of them. */
const GROUPS = 8;
export const UNIT_POSITIONS = ROWS * GROUPS;
export const GROUP_BLOCK_BYTES = ROWS * ROW_BLOCK_BYTES;
export const PATCH_BYTES = 16 * BLOCK;
export const CELL_BYTES = 4 * ROWS * TILE;
/** Output channels that are computed at once in floats. */
export const FLOAT_TILE = 4;
/** Bytes of scratch that a job needs. */
export type ScratchOf = (field: (name: ConvolutionField) => Code) => Code;
/** Scratch: offsets of a patch's values, then for each job a block of a patch in floats, a tile of results, and quantized groups. */
export const offsetsBytes = (values: Code): Code => i32.mul(ceilDiv(values, 4), i32.const(16));
export const jobScratchBytes: ScratchOf = (field) =>
  i32.add(
    i32.const(PATCH_BYTES + CELL_BYTES),
    i32.mul(field('blocks'), i32.const(GROUPS * GROUP_BLOCK_BYTES)),
  );
/** In floats: the patches of a unit. */
export const floatJobScratchBytes: ScratchOf = (field) => i32.mul(field('values'), i32.const(16 * GROUPS));

/** Reads a field of the convolution described at `fields`. */
export const fieldOf =
  (fields: Local) =>
  (name: ConvolutionField): Code =>
    i32.load(fields.get, 4 * CONVOLUTION.indexOf(name));
