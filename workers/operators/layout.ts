/**
 * Memory layout of the matmul's operands. Both are split along k into blocks of 32; the integers of a block share one scale.
 *
 * Activations: rows in groups of four (the last group may be smaller). A group of r rows holds, block by block:
 *   r scales (f32); r pairs of sums (two 16-bit integers); r × 32 signed bytes.
 * The pair holds the sums of the bytes at positions 0, 1, 4, 5, 8, 9 … and at positions 2, 3, 6, 7 …
 *
 * Weights: a 16-byte header (n, blocks, bits as 32-bit integers, 4 bytes unused), then output channels in tiles of eight.
 * A tile holds 8 biases (f32), then block by block: 8 scales (f32); 8 negated zero points (two equal signed bytes each); and with
 *   4 bits: in byte 16 s + 4 c + i, for position 4 s + i, channel c in the low half and channel c + 4 in the high half;
 *   7 bits: in byte 32 s + 4 c + i, channel c of position 4 s + i.
 */
export const BLOCK = 32;
export const ROWS = 4;
export const TILE = 8;

/** Bytes of one block of one row of activations. */
export const ROW_BLOCK_BYTES = 8 + BLOCK;
export const HEADER_BYTES = 16;
export const BIAS_BYTES = 4 * TILE;
export const SCALES_BYTES = 4 * TILE;
export const ZEROS_BYTES = 2 * TILE;

/** The instruction multiplies signed bytes by unsigned ones of 0 … 127, so 8-bit weights are reduced to 7 bits. */
export type WeightBits = 4 | 7;

/** Bytes of one block of a tile of weights. */
export const blockBytes = (bits: WeightBits): number =>
  SCALES_BYTES + ZEROS_BYTES + (BLOCK * TILE) / (bits === 4 ? 2 : 1);
