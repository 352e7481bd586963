/** Parity with Pillow; the expected values are written by e2e/fixtures/pillow/make.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Resample } from './filters.ts';
import type { Pixels } from './pixels.ts';
import { preprocessor } from './preprocess.ts';
import { resize } from './resample.ts';

interface Expected {
  resized: { resample: Resample; from: [number, number]; to: [number, number]; rgb: string }[];
  prepared: { config: Record<string, unknown>; from: [number, number]; values: string }[];
}

const path = new URL('../../e2e/fixtures/pillow/expected.json', import.meta.url);
const { resized, prepared } = JSON.parse(readFileSync(path, 'utf8')) as Expected;

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** The same noise as in make.py. */
function picture(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = width * 65536 + height;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { width, height, data };
}

describe('resize', () => {
  test.each(resized)(
    '$resample from $from to $to is byte for byte that of Pillow',
    ({ resample, from, to, rgb }) => {
      const [width, height] = to;
      const { data } = resize(picture(...from), width, height, resample);
      expect(data.filter((_, i) => i % 4 < 3)).toEqual(new Uint8ClampedArray(bytes(rgb)));
    },
  );

  test.each(resized)(
    '$resample from $from to $to: a crop is that part of the whole',
    ({ resample, from, to }) => {
      const [width, height] = to;
      const crop = { left: 3, top: 2, width: width - 5, height: height - 4 };
      const whole = resize(picture(...from), width, height, resample);
      const part = resize(picture(...from), width, height, resample, crop);
      for (let y = 0; y < crop.height; y++) {
        const start = ((y + crop.top) * width + crop.left) * 4;
        const row = part.data.subarray(y * crop.width * 4, (y + 1) * crop.width * 4);
        expect(row).toEqual(whole.data.subarray(start, start + crop.width * 4));
      }
    },
  );
});

describe('preprocessor', () => {
  test.each(prepared)(
    '$config.size.shortest_edge $from gives the values of the Python processors',
    (expected) => {
      const { data, dims } = preprocessor(expected.config)(picture(...expected.from));
      const values = new Float32Array(bytes(expected.values).buffer);
      expect(dims.reduce((a, b) => a * b)).toBe(values.length);
      expect(data).toEqual(values);
    },
  );

  test('refuses a configuration it does not understand', () => {
    expect(() => preprocessor({ size: { area: 3 } })).toThrow(
      expect.objectContaining({ code: 'model-invalid' }),
    );
    expect(() => preprocessor({ size: 8, do_normalize: true })).toThrow(/image_mean/);
    expect(() => preprocessor({ size: 8, resample: 9 })).toThrow(/resample/);
  });
});
