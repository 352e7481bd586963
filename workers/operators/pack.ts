/** Packs block-quantized weights for the matmul kernel. This loop touches every weight of a model. */
import { FLOAT_TILE } from './convolution-layout.ts';
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

/** Weights of a convolution: signed bytes [n, k] with a scale for each channel. */
export interface ChannelQuantized {
  weights: Int8Array;
  scales: Float32Array;
  bias: Float32Array | undefined;
  n: number;
  k: number;
}

/** Weights of a convolution with a group for each of its n channels, [n, k]. */
export interface DepthwiseWeights extends Pick<ChannelQuantized, 'bias' | 'n' | 'k'> {
  weights: Float32Array;
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

/** Four 4-bit weights, two bytes of a channel, in the low halves of four bytes. */
const spread = (low: number, high: number) =>
  (low & 15) | ((low & 240) << 4) | ((high & 15) << 16) | ((high & 240) << 20);

export function packWeights(source: BlockQuantized): Uint8Array {
  const { scales, bias, n, k, bits, blockSize } = source;
  const blocks = k / BLOCK;
  const sourceBlocks = Math.ceil(k / blockSize);
  const kept = bits === 4 ? 4 : 7;
  const factor = bits === 4 ? 1 : 2;
  const step = blockBytes(kept);
  const out = new Uint8Array(HEADER_BYTES + Math.ceil(n / TILE) * (BIAS_BYTES + blocks * step));
  const floats = new Float32Array(out.buffer);
  const words = new Uint32Array(out.buffer);
  words.set([n, blocks, kept]);
  let at = HEADER_BYTES;
  for (let first = 0; first < n; first += TILE) {
    // Channels past the last one stay zero, including their scales.
    const channels = Math.min(TILE, n - first);
    if (bias) floats.set(bias.subarray(first, first + channels), at / 4);
    at += BIAS_BYTES;
    for (let block = 0; block < blocks; block++, at += step) {
      const sourceBlock = Math.floor((block * BLOCK) / blockSize);
      for (let c = 0; c < channels; c++) {
        const zero = zeroPoint(source, first + c, sourceBlock);
        const zeroAt = at + SCALES_BYTES + 2 * c;
        floats[at / 4 + c] = factor * scales[(first + c) * sourceBlocks + sourceBlock]!;
        out[zeroAt] = out[zeroAt + 1] = -(bits === 4 ? zero : zero >> 1);
      }
      const weightsAt = at + SCALES_BYTES + ZEROS_BYTES;
      if (bits === 4) packFour(source, first, block, words, weightsAt / 4);
      else packSeven(source, first, block, out, weightsAt);
    }
  }
  return out;
}

/** Bytes of the weights of one channel. */
const channelBytes = ({ k, bits, blockSize }: BlockQuantized) =>
  (Math.ceil(k / blockSize) * blockSize * bits) / 8;

/** Packs a block of a tile: eight weights at a time, four of a channel and four of the channel that shares its bytes. */
function packFour(
  source: BlockQuantized,
  first: number,
  block: number,
  words: Uint32Array,
  to: number,
): void {
  const { packed, n } = source;
  const channel = channelBytes(source);
  const half = TILE / 2;
  for (let c = 0; c < Math.min(half, n - first); c++) {
    const from = (first + c) * channel + (block * BLOCK) / 2;
    const other = first + c + half < n ? from + half * channel : null;
    for (let i = 0, word = to + c; i < BLOCK / 2; i += 2, word += half) {
      const low = spread(packed[from + i]!, packed[from + i + 1]!);
      const high = other === null ? 0 : spread(packed[other + i]!, packed[other + i + 1]!);
      words[word] = low | (high << 4);
    }
  }
}

function packSeven(source: BlockQuantized, first: number, block: number, out: Uint8Array, to: number): void {
  const { packed, n, blockSize } = source;
  const channel = channelBytes(source);
  const sourceBlock = Math.floor((block * BLOCK) / blockSize);
  for (let c = 0; c < Math.min(TILE, n - first); c++) {
    const zero = zeroPoint(source, first + c, sourceBlock);
    const from = (first + c) * channel + block * BLOCK;
    for (let i = 0, at = to + 4 * c; i < BLOCK; i += 4, at += 4 * TILE) {
      for (let j = 0; j < 4; j++) out[at + j] = toSevenBits(packed[from + i + j]!, zero);
    }
  }
}

/** The middle of 0 … 127. */
const MIDDLE = 64;

/** Packs a convolution's weights for the matmul kernel, in 7 bits. Every block has a scale of its own, so small weights are not rounded. */
export function packConvolution({ weights, scales, bias, n, k }: ChannelQuantized): Uint8Array {
  const blocks = Math.ceil(k / BLOCK);
  const step = blockBytes(7);
  const out = new Uint8Array(HEADER_BYTES + Math.ceil(n / TILE) * (BIAS_BYTES + blocks * step));
  const floats = new Float32Array(out.buffer);
  new Uint32Array(out.buffer).set([n, blocks, 7]);
  for (let channel = 0; channel < n; channel++) {
    const c = channel % TILE;
    const tile = HEADER_BYTES + Math.floor(channel / TILE) * (BIAS_BYTES + blocks * step);
    if (bias) floats[tile / 4 + c] = bias[channel]!;
    for (let block = 0; block < blocks; block++) {
      const at = tile + BIAS_BYTES + block * step;
      const some = weights.subarray(
        channel * k + block * BLOCK,
        channel * k + Math.min(k, (block + 1) * BLOCK),
      );
      const largest = some.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const factor = Math.max(1, largest / (MIDDLE - 1));
      floats[at / 4 + c] = scales[channel]! * factor;
      out.fill(-MIDDLE, at + SCALES_BYTES + 2 * c, at + SCALES_BYTES + 2 * c + 2);
      const to = at + SCALES_BYTES + ZEROS_BYTES + 4 * c;
      for (let i = 0; i < BLOCK; i++) {
        out[to + TILE * (i & ~3) + (i & 3)] = Math.round((some[i] ?? 0) / factor) + MIDDLE;
      }
    }
  }
  return out;
}

/** Packs them as floats for the float kernel: after the header, the bias and the weights of four channels side by side, tile by tile. */
export function packFloatConvolution({ weights, scales, bias, n, k }: ChannelQuantized): Uint8Array {
  const tiles = Math.ceil(n / FLOAT_TILE);
  const out = new Float32Array(HEADER_BYTES / 4 + tiles * FLOAT_TILE * (1 + k));
  new Uint32Array(out.buffer).set([n, Math.ceil(k / BLOCK), 32]);
  for (let channel = 0; channel < n; channel++) {
    const tile = HEADER_BYTES / 4 + Math.floor(channel / FLOAT_TILE) * FLOAT_TILE * (1 + k);
    const at = tile + (channel % FLOAT_TILE);
    if (bias) out[at] = bias[channel]!;
    for (let i = 0; i < k; i++) out[at + FLOAT_TILE * (i + 1)] = weights[channel * k + i]! * scales[channel]!;
  }
  return new Uint8Array(out.buffer);
}

/** Weights of the depthwise kernel, [n, k], in an order that it reads one after another: after the header, each channel's bias and weights. */
export function packDepthwise({ weights, bias, n, k }: DepthwiseWeights): Uint8Array {
  const out = new Float32Array(HEADER_BYTES / 4 + n * (1 + k));
  // In place of blocks: a channel's work, in the measure of the other kernels' blocks and tiles.
  new Uint32Array(out.buffer).set([n, Math.ceil(k / 16), 32]);
  for (let channel = 0; channel < n; channel++) {
    const at = HEADER_BYTES / 4 + channel * (1 + k);
    if (bias) out[at] = bias[channel]!;
    out.set(weights.subarray(channel * k, (channel + 1) * k), at + 1);
  }
  return new Uint8Array(out.buffer);
}
