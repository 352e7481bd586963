// Block-quantised weights into int8 with one scale an output channel. These loops touch every weight of a model.

export interface BlockQuantized {
  /** [n, blocks, blockSize * bits / 8], low bits first. */
  packed: Uint8Array;
  /** [n, blocks] */
  scales: Float32Array;
  /** [n, ceil(blocks * bits / 8)] packed like the weights, or [n, blocks] floats; none: 2^(bits-1). */
  zeroPoints: Uint8Array | Float32Array | undefined;
  n: number;
  k: number;
  bits: 4 | 8;
  blockSize: number;
}

export interface ChannelQuantized {
  /** [ceil(n / tile), k, tile]: `tile` output channels together; tile = n gives plain [k, n]. */
  weights: Int8Array;
  /** [n]: weight = int8 · scale */
  scales: Float32Array;
}

/** The zero point of block `block` in row `row`. */
function zeroPointAt({
  zeroPoints,
  bits,
  k,
  blockSize,
}: BlockQuantized): (row: number, block: number) => number {
  if (!zeroPoints) return () => 1 << (bits - 1);
  const blocks = Math.ceil(k / blockSize);
  if (bits === 8 || zeroPoints instanceof Float32Array)
    return (row, block) => zeroPoints[row * blocks + block]!;
  const rowBytes = Math.ceil(blocks / 2);
  return (row, block) => (zeroPoints[row * rowBytes + (block >> 1)]! >> ((block & 1) * 4)) & 15;
}

/** Smallest and largest quantised value of a block, as `min | max << 8`. */
function blockRange(packed: Uint8Array, from: number, count: number, bits: number): number {
  if (bits === 8) {
    let min = 255;
    let max = 0;
    for (let i = from; i < from + count; i++) {
      const q = packed[i]!;
      if (q < min) min = q;
      if (q > max) max = q;
    }
    return min | (max << 8);
  }
  let seen = 0;
  const end = from + (count >> 1);
  for (let i = from; i < end; i++) {
    const q = packed[i]!;
    seen |= (1 << (q & 15)) | (1 << (q >> 4));
  }
  if (count & 1) seen |= 1 << (packed[end]! & 15);
  return (31 - Math.clz32(seen & -seen)) | ((31 - Math.clz32(seen)) << 8);
}

/** Round half up; `value` within ±127. */
const round = (value: number) => ((value + 128.5) | 0) - 128;

export function toInt8PerChannel(source: BlockQuantized, tile = source.n): ChannelQuantized {
  const { packed, scales, n, k, bits, blockSize } = source;
  const blocks = Math.ceil(k / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const zeroPoint = zeroPointAt(source);
  const tiles = Math.ceil(n / tile);
  const weights = new Int8Array(tiles * k * tile);
  const channelScales = new Float32Array(n);
  const table = new Int8Array(16);

  for (let row = 0; row < n; row++) {
    let largest = 0;
    for (let block = 0; block < blocks; block++) {
      const at = row * blocks + block;
      const range = blockRange(packed, at * blockBytes, Math.min(blockSize, k - block * blockSize), bits);
      const zero = zeroPoint(row, block);
      const distance = Math.max(Math.abs((range & 255) - zero), Math.abs((range >> 8) - zero));
      largest = Math.max(largest, distance * Math.abs(scales[at]!));
    }
    channelScales[row] = largest / 127;
    if (largest === 0) continue;

    const tileIndex = Math.floor(row / tile);
    let out = tileIndex * k * tile + (row - tileIndex * tile);
    for (let block = 0; block < blocks; block++) {
      const at = row * blocks + block;
      const factor = (scales[at]! * 127) / largest;
      const offset = -zeroPoint(row, block) * factor;
      const from = at * blockBytes;
      const count = Math.min(blockSize, k - block * blockSize);
      if (bits === 8) {
        for (let i = from; i < from + count; i++, out += tile)
          weights[out] = round(packed[i]! * factor + offset);
        continue;
      }
      for (let q = 0; q < 16; q++) table[q] = round(q * factor + offset);
      const end = from + (count >> 1);
      for (let i = from; i < end; i++, out += 2 * tile) {
        const q = packed[i]!;
        weights[out] = table[q & 15]!;
        weights[out + tile] = table[q >> 4]!;
      }
      if (count & 1) {
        weights[out] = table[packed[end]! & 15]!;
        out += tile;
      }
    }
  }
  return { weights, scales: channelScales };
}
