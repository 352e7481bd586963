/** Block-quantised weights in the form the products read. This loop touches every weight of a model. */
import { BIAS_BYTES, GRANULE, HEAD_BYTES, PLANE_BYTES, SCALES_BYTES, TILE, ZEROS_BYTES } from './layout.ts';

/** Weights of a MatMulNBits node. */
export interface BlockQuantized {
  /** [n, blocks, blockSize * bits / 8], low bits first. */
  packed: Uint8Array;
  /** [n, blocks] */
  scales: Float32Array;
  /** [n, ceil(blocks * bits / 8)] packed like the weights; none: 2^(bits-1). */
  zeroPoints: Uint8Array | undefined;
  bias: Float32Array | undefined;
  n: number;
  /** A multiple of 32. */
  k: number;
  bits: 4 | 8;
  /** A multiple of 32. */
  blockSize: number;
}

/** The zero point of block `block` of channel `channel`. */
function zeroPoint(
  { zeroPoints, bits, k, blockSize }: BlockQuantized,
  channel: number,
  block: number,
): number {
  if (!zeroPoints) return 1 << (bits - 1);
  const blocks = Math.ceil(k / blockSize);
  if (bits === 8) return zeroPoints[channel * blocks + block]!;
  const byte = zeroPoints[channel * Math.ceil(blocks / 2) + (block >> 1)]!;
  return (byte >> ((block & 1) * 4)) & 15;
}

export function packWeights(source: BlockQuantized): Uint8Array {
  const { packed, scales, bias, n, k, bits, blockSize } = source;
  const planes = bits / 4;
  const granules = k / GRANULE;
  const blocks = Math.ceil(k / blockSize);
  const tiles = Math.ceil(n / TILE);
  const granuleBytes = (GRANULE * bits) / 8;
  const channelBytes = (blocks * blockSize * bits) / 8;
  const out = new Uint8Array(HEAD_BYTES + tiles * (BIAS_BYTES + granules * planes * PLANE_BYTES));
  const floats = new Float32Array(out.buffer);
  new Uint32Array(out.buffer).set([n, granules, planes]);
  let at = HEAD_BYTES;
  for (let first = 0; first < n; first += TILE) {
    // Channels beyond the last stay zero, scales included.
    const channels = Math.min(TILE, n - first);
    if (bias) floats.set(bias.subarray(first, first + channels), at / 4);
    at += BIAS_BYTES;
    for (let granule = 0; granule < granules; granule++) {
      const block = Math.floor((granule * GRANULE) / blockSize);
      for (let plane = 0; plane < planes; plane++) {
        const isHigh = planes === 2 && plane === 0;
        for (let c = 0; c < channels; c++) {
          const channel = first + c;
          floats[at / 4 + c] = scales[channel * blocks + block]! * (isHigh ? 16 : 1);
          const zero = zeroPoint(source, channel, block);
          const zeroAt = at + SCALES_BYTES + 2 * c;
          out[zeroAt] = out[zeroAt + 1] = -(isHigh ? zero >> 4 : zero & 15);
          const from = channel * channelBytes + granule * granuleBytes;
          const to = at + SCALES_BYTES + ZEROS_BYTES + 4 * (c & 3);
          const shift = c < 4 ? 0 : 4;
          if (bits === 4) {
            for (let i = 0; i < GRANULE; i += 4) {
              const low = packed[from + i / 2]!;
              const high = packed[from + i / 2 + 1]!;
              const target = to + 4 * i;
              out[target]! |= (low & 15) << shift;
              out[target + 1]! |= (low >> 4) << shift;
              out[target + 2]! |= (high & 15) << shift;
              out[target + 3]! |= (high >> 4) << shift;
            }
          } else {
            const half = isHigh ? 4 : 0;
            for (let i = 0; i < GRANULE; i++) {
              const target = to + 4 * (i & ~3) + (i & 3);
              out[target]! |= ((packed[from + i]! >> half) & 15) << shift;
            }
          }
        }
        at += PLANE_BYTES;
      }
    }
  }
  return out;
}
