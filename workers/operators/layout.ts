/**
 * How operands of the products lie in memory. Both are cut along k into granules of 32: a granule's integers share one scale.
 *
 * Activations: rows in groups of four (the last group may be smaller). Of a group of r rows, granule after granule:
 *   r scales (f32); r pairs of sums (two 16-bit integers); r × 32 signed bytes.
 * The pair holds the sums of the bytes at positions 0, 1, 4, 5, 8, 9 … and of those at 2, 3, 6, 7 …
 *
 * Weights: a head of 16 bytes (n, granules, bits as 32-bit integers, 4 unused), then output channels in tiles of eight.
 * Of a tile: 8 biases (f32); then granule after granule: 8 scales (f32); 8 negated zero points (two signed bytes each, equal);
 *   4 bits: byte 16 s + 4 c + i has, of position 4 s + i, channel c in its low and channel c + 4 in its high half;
 *   7 bits: byte 32 s + 4 c + i has channel c of position 4 s + i.
 */
export const GRANULE = 32;
export const ROWS = 4;
export const TILE = 8;

/** Bytes of one granule of one row of activations. */
export const ROW_GRANULE_BYTES = 8 + GRANULE;
export const HEAD_BYTES = 16;
export const BIAS_BYTES = 4 * TILE;
export const SCALES_BYTES = 4 * TILE;
export const ZEROS_BYTES = 2 * TILE;

/** A product of signed bytes needs weights of 0 … 127: what is stored with 8 bits is kept with 7. */
export type WeightBits = 4 | 7;

/** Bytes of one granule of a tile of weights. */
export const granuleBytes = (bits: WeightBits): number =>
  SCALES_BYTES + ZEROS_BYTES + (GRANULE * TILE) / (bits === 4 ? 2 : 1);
