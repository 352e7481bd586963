/**
 * Converts planes of luma and chroma, as JPEGs store them, to RGBA: to the same bytes as libjpeg, with which browsers and Pillow read
 * JPEGs. Halved chroma is interpolated, three quarters of the nearest sample and one of the next.
 */
import { type LumaChromaKernel, loadLumaChromaKernel } from './luma-chroma-kernel.ts';
import type { Pixels } from './pixels.ts';

/** A plane of bytes, row by row. */
export interface Plane {
  data: Uint8Array;
  /** Bytes from one row to the next. */
  stride: number;
}

export interface LumaChroma {
  /** Pixels. */
  width: number;
  height: number;
  luma: Plane;
  /** Blue and red. */
  chroma: readonly [Plane, Plane];
  /** Whether a sample of chroma stands for two columns, rounded up. */
  isHalvedAcross: boolean;
  /** Whether it stands for two rows. */
  isHalvedDown: boolean;
}

/** Bytes of RGBA of the rows that are converted together, so that they stay in the CPU cache. */
const PIECE_BYTES = 1 << 18;
/** Bytes that the kernel may use behind an area, and before its sums. */
const MARGIN = 64;
/** Added before the sixteenth is taken, so that neither direction is favoured: libjpeg's for even and odd columns. */
const BIASES = { halvedDown: [8, 7], whole: [4, 8] } as const;

export function toRgba(picture: LumaChroma): Pixels {
  const { width, height, luma, chroma, isHalvedDown } = picture;
  const rows = Math.max(2, Math.floor(PIECE_BYTES / (4 * width)) & ~1);
  const kernel = loadLumaChromaKernel();
  const areas = layOut(kernel, picture, rows);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const data = new Uint8ClampedArray(4 * width * height);
  const lastRow = (isHalvedDown ? (height + 1) >> 1 : height) - 1;

  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    // With a row before and behind, where there are any: they are the neighbours of the outermost.
    const first = isHalvedDown ? Math.max(0, (top >> 1) - 1) : top;
    const last = isHalvedDown ? Math.min(lastRow, ((top + count - 1) >> 1) + 1) : top + count - 1;
    bytes.set(rowsOf(luma, top, count), areas.luma);
    for (const [i, plane] of chroma.entries()) {
      bytes.set(rowsOf(plane, first, last - first + 1), areas.chroma[i] as number);
    }
    for (let y = top; y < top + count; y++) {
      const [blue, red] = chroma.map(({ stride }, i) => {
        const addressOf = (row: number) => (areas.chroma[i] as number) + (row - first) * stride;
        return chromaRow(kernel, picture, y, addressOf, areas.sums, areas.wide[i] as number);
      }) as [number, number];
      const at = y - top;
      kernel.convert(areas.luma + at * luma.stride, blue, red, width, areas.output + 4 * width * at);
    }
    data.set(bytes.subarray(areas.output, areas.output + 4 * width * count), 4 * width * top);
  }
  return { width, height, data };
}

/** The address of a row's chroma at full width. @param addressOf address of a row of the plane */
function chromaRow(
  kernel: LumaChromaKernel,
  { width, height, isHalvedAcross, isHalvedDown }: LumaChroma,
  y: number,
  addressOf: (row: number) => number,
  sums: number,
  wide: number,
): number {
  if (!isHalvedAcross) return addressOf(y);
  const length = (width + 1) >> 1;
  const near = isHalvedDown ? y >> 1 : y;
  const next = y & 1 ? Math.min(near + 1, ((height + 1) >> 1) - 1) : Math.max(near - 1, 0);
  const far = isHalvedDown ? next : near;
  const [even, odd] = isHalvedDown ? BIASES.halvedDown : BIASES.whole;
  kernel.widen(addressOf(near), addressOf(far), length, sums, wide, even, odd);
  return wide;
}

const rowsOf = ({ data, stride }: Plane, first: number, count: number): Uint8Array =>
  data.subarray(first * stride, (first + count) * stride);

/** Layout of the kernel's memory for pieces of so many rows. */
function layOut({ memory }: LumaChromaKernel, { width, luma, chroma }: LumaChroma, rows: number) {
  let end = MARGIN;
  const area = (bytes: number) => {
    const start = end;
    end += bytes + MARGIN;
    return start;
  };
  const areas = {
    luma: area(luma.stride * rows),
    chroma: chroma.map(({ stride }) => area(stride * (rows + 2))),
    sums: area(2 * width),
    wide: chroma.map(() => area(width)),
    output: area(4 * width * rows),
  };
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return areas;
}
