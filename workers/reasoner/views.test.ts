import { describe, expect, it } from 'vitest';
import type { Pixels } from '../images/pixels.ts';
import { cutterFor, wholePatches } from './views.ts';

/** A picture whose pixels encode their position: red is the column, green the row. */
function picture(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 7, 255], i * 4);
  return { width, height, data };
}

const plain = { do_rescale: false, do_normalize: false, resample: 2 };

describe('tiles (Idefics3, SmolVLM)', () => {
  const cut = cutterFor({
    ...plain,
    image_processor_type: 'Idefics3ImageProcessorFast',
    size: { longest_edge: 64 },
    max_image_size: { longest_edge: 32 },
  });

  it('are cut row by row, the whole picture last', () => {
    const { views, pattern } = cut(picture(64, 32));
    expect(views.map(({ dims }) => dims)).toEqual(Array(3).fill([1, 3, 32, 32]));
    expect([views[0]?.data[0], views[0]?.data[31], views[1]?.data[0]]).toEqual([0, 31, 32]);
    expect(pattern('<image>', 2)).toBe(
      '<fake_token_around_image><row_1_col_1><image><image><fake_token_around_image><row_1_col_2><image><image>\n' +
        '\n<fake_token_around_image><global-img><image><image><fake_token_around_image>',
    );
  });

  it('follow the shape of the picture', () => {
    expect(cut(picture(10, 40)).views).toHaveLength(2 * 1 + 1);
    expect(cut(picture(40, 40)).views).toHaveLength(2 * 2 + 1);
  });

  it('are one where splitting is off', () => {
    const whole = cutterFor({
      ...plain,
      image_processor_type: 'SmolVLMImageProcessor',
      size: { longest_edge: 64 },
      max_image_size: { longest_edge: 32 },
      do_image_splitting: false,
    })(picture(64, 32));
    expect(whole.views.map(({ dims }) => dims)).toEqual([[1, 3, 32, 32]]);
    expect(whole.pattern('I', 3)).toBe('<fake_token_around_image><global-img>III<fake_token_around_image>');
  });

  it('need their sizes', () => {
    expect(() => cutterFor({ image_processor_type: 'SmolVLMImageProcessor' })).toThrow('max_image_size');
  });
});

describe('patches (Qwen-VL)', () => {
  it('come merge block by merge block, each channel twice', () => {
    const cut = cutterFor({
      ...plain,
      image_processor_type: 'Qwen2VLImageProcessor',
      patch_size: 2,
      merge_size: 2,
      temporal_patch_size: 2,
      min_pixels: 16,
      max_pixels: 1000,
    });
    const { views, patches, grid, pattern } = cut(picture(8, 4));
    expect([patches, grid]).toEqual([
      [1, 2, 4],
      [1, 1, 2],
    ]);
    const [{ data, dims }] = views as [{ data: Float32Array; dims: number[] }];
    expect(dims).toEqual([8, 3 * 2 * 2 * 2]);
    // Red of each patch's first pixel is its column, green (after two moments of red) its row.
    const corners = Array.from({ length: 8 }, (_, patch) => [data[patch * 24], data[patch * 24 + 8]]);
    expect(corners).toEqual([
      [0, 0],
      [2, 0],
      [0, 2],
      [2, 2],
      [4, 0],
      [6, 0],
      [4, 2],
      [6, 2],
    ]);
    expect([...data.subarray(0, 8)]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(pattern('P', 2)).toBe('PP');
  });

  it.each([
    [
      { width: 100, height: 60 },
      { width: 112, height: 56 },
    ],
    [
      { width: 42, height: 70 },
      { width: 56, height: 56 },
    ], // halves round to even, as in Python
    [
      { width: 1000, height: 500 },
      { width: 280, height: 140 },
    ],
    [
      { width: 10, height: 10 },
      { width: 56, height: 56 },
    ],
  ])('%j become whole: %j', (from, to) => {
    expect(wholePatches(from, 28, 56 * 56, 40_000)).toEqual(to);
  });

  it('refuse a thread', () => {
    expect(() => wholePatches({ width: 1000, height: 4 }, 28, 56 * 56, 40_000)).toThrow('too narrow');
  });
});
