/** Packs block-quantized weights for the matmul kernel. This loop touches every weight of a model. */
import { BIAS_BYTES, BLOCK, blockBytes, HEADER_BYTES, SCALES_BYTES, TILE, ZEROS_BYTES } from './layout.ts';

/** Weights of a MatMulNBits node. */
export interface BlockQuantized {
  /** [n, blocks, blockSize * bits / 8], low bits first. */
  packed: Uint8Array;
  /** [n, blocks] */
  scales: Float32Array;
  /** [n, ceil(blocks * bits / 8)], packed like the weights. @default 2^(bits-1) */
  zeroPoints: Uint8Array | undefined;
  bias: Float32Array | undefined;
  n: number;
  /** A multiple of 32. */
  k: number;
  bits: 4 | 8;
  /** A multiple of 32. */
  blockSize: number;
}

/** The zero point of block `sourceBlock` of channel `channel`. */
function zeroPoint(
  { zeroPoints, bits, k, blockSize }: BlockQuantized,
  channel: number,
  sourceBlock: number,
): number {
  if (!zeroPoints) return 1 << (bits - 1);
  const sourceBlocks = Math.ceil(k / blockSize);
  if (bits === 8) return zeroPoints[channel * sourceBlocks + sourceBlock]!;
  const byte = zeroPoints[channel * Math.ceil(sourceBlocks / 2) + (sourceBlock >> 1)]!;
  return (byte >> ((sourceBlock & 1) * 4)) & 15;
}

/** Rounds an 8-bit weight to 7 bits; its zero point stays exact. */
const toSevenBits = (value: number, zero: number) =>
  Math.max(0, Math.min(127, Math.round((value - zero) / 2) + (zero >> 1)));

export function packWeights(source: BlockQuantized): Uint8Array {
  const { packed, scales, bias, n, k, bits, blockSize } = source;
  const blocks = k / BLOCK;
  const sourceBlocks = Math.ceil(k / blockSize);
  const channelBytes = (sourceBlocks * blockSize * bits) / 8;
  const kept = bits === 4 ? 4 : 7;
  const step = blockBytes(kept);
  const out = new Uint8Array(HEADER_BYTES + Math.ceil(n / TILE) * (BIAS_BYTES + blocks * step));
  const floats = new Float32Array(out.buffer);
  new Uint32Array(out.buffer).set([n, blocks, kept]);
  let at = HEADER_BYTES;
  for (let first = 0; first < n; first += TILE) {
    // Channels past the last one stay zero, including their scales.
    const channels = Math.min(TILE, n - first);
    if (bias) floats.set(bias.subarray(first, first + channels), at / 4);
    at += BIAS_BYTES;
    for (let block = 0; block < blocks; block++, at += step) {
      const sourceBlock = Math.floor((block * BLOCK) / blockSize);
      for (let c = 0; c < channels; c++) {
        const scale = scales[(first + c) * sourceBlocks + sourceBlock]!;
        const zero = zeroPoint(source, first + c, sourceBlock);
        const zeroAt = at + SCALES_BYTES + 2 * c;
        const from = (first + c) * channelBytes + (block * BLOCK * bits) / 8;
        let to = at + SCALES_BYTES + ZEROS_BYTES + 4 * (kept === 4 ? c & 3 : c);
        if (kept === 4) {
          floats[at / 4 + c] = scale;
          out[zeroAt] = out[zeroAt + 1] = -zero;
          const shift = c < 4 ? 0 : 4;
          for (let i = from; i < from + BLOCK / 2; i += 2, to += 16) {
            const low = packed[i]!;
            const high = packed[i + 1]!;
            out[to]! |= (low & 15) << shift;
            out[to + 1]! |= (low >> 4) << shift;
            out[to + 2]! |= (high & 15) << shift;
            out[to + 3]! |= (high >> 4) << shift;
          }
        } else {
          floats[at / 4 + c] = 2 * scale;
          out[zeroAt] = out[zeroAt + 1] = -(zero >> 1);
          for (let i = from; i < from + BLOCK; i += 4, to += 32) {
            for (let j = 0; j < 4; j++) out[to + j] = toSevenBits(packed[i + j]!, zero);
          }
        }
      }
    }
  }
  return out;
}
