import { expect, test } from 'vitest';
import { type LumaChroma, type Plane, toRgba } from './luma-chroma.ts';

/** libjpeg's arithmetic, sample by sample. */
function reference({ width, height, luma, chroma, isHalvedAcross, isHalvedDown }: LumaChroma): number[] {
  const [columns, rows] = [
    isHalvedAcross ? (width + 1) >> 1 : width,
    isHalvedDown ? (height + 1) >> 1 : height,
  ];
  const clamp = (n: number, length: number) => Math.min(length - 1, Math.max(0, n));
  const chromaAt = ({ data, stride }: Plane, x: number, y: number): number => {
    if (!isHalvedAcross) return data[y * stride + x] as number;
    const at = (column: number, row: number) =>
      data[clamp(row, rows) * stride + clamp(column, columns)] as number;
    const [i, j] = [x >> 1, isHalvedDown ? y >> 1 : y];
    const [beside, next] = [x & 1 ? i + 1 : i - 1, y & 1 ? j + 1 : j - 1];
    if (!isHalvedDown) return (3 * at(i, j) + at(beside, j) + (x & 1 ? 2 : 1)) >> 2;
    const sum = (column: number) => 3 * at(column, j) + at(column, next);
    return (3 * sum(i) + sum(clamp(beside, columns)) + (x & 1 ? 7 : 8)) >> 4;
  };
  const byte = (n: number) => Math.min(255, Math.max(0, n));
  const scaled = (n: number) => Math.floor(n * 65536 + 0.5);
  const result: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [cb, cr] = chroma.map((plane) => chromaAt(plane, x, y) - 128) as [number, number];
      const light = luma.data[y * luma.stride + x] as number;
      result.push(
        byte(light + ((scaled(1.402) * cr + 32768) >> 16)),
        byte(light + ((-scaled(0.34414) * cb - scaled(0.71414) * cr + 32768) >> 16)),
        byte(light + ((scaled(1.772) * cb + 32768) >> 16)),
        255,
      );
    }
  }
  return result;
}

function noise(width: number, height: number, padding: number, seed: number): Plane {
  const stride = width + padding;
  let state = seed;
  const data = Uint8Array.from({ length: stride * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, stride };
}

const sizes = [
  [1, 1],
  [2, 1],
  [1, 2],
  [3, 3],
  [16, 4],
  [17, 5],
  [31, 33],
  [64, 2],
  [257, 19],
  [3, 700],
  [40_001, 5],
] as const;

test.each([
  { name: 'whole', isHalvedAcross: false, isHalvedDown: false },
  { name: 'halved across', isHalvedAcross: true, isHalvedDown: false },
  { name: 'halved in both directions', isHalvedAcross: true, isHalvedDown: true },
])('chroma that is $name becomes the same bytes as by libjpeg', ({ isHalvedAcross, isHalvedDown }) => {
  for (const [width, height] of sizes) {
    const columns = isHalvedAcross ? (width + 1) >> 1 : width;
    const rows = isHalvedDown ? (height + 1) >> 1 : height;
    for (const padding of [0, 3]) {
      const picture: LumaChroma = {
        ...{ width, height, isHalvedAcross, isHalvedDown },
        luma: noise(width, height, padding, 1),
        chroma: [noise(columns, rows, padding, 2), noise(columns, rows, padding, 3)],
      };
      const { data } = toRgba(picture);
      expect(
        Buffer.compare(Buffer.from(data), Uint8Array.from(reference(picture))),
        `${width} × ${height}`,
      ).toBe(0);
    }
  }
});
