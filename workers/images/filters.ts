/** Pillow's resampling filters: f(x), and the half-width outside which f is 0. Codes are those of preprocessor_config.json. */
import { TteError } from '../../src/shared/errors.ts';

export interface Filter {
  readonly support: number;
  weight(x: number): number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const box: Filter = { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };

const bilinear: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

const hamming: Filter = {
  support: 1,
  weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
};

/** Keys' cubic convolution with a = −0.5. */
const bicubic: Filter = {
  support: 2,
  weight(x) {
    const t = Math.abs(x);
    if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * -0.5 : 0;
  },
};

const lanczos: Filter = { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) };

export type Resample = 'nearest' | 'lanczos' | 'bilinear' | 'bicubic' | 'box' | 'hamming';

/** In the order of Pillow's codes 0 … 5. */
const NAMES: readonly Resample[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

export const filters: Readonly<Record<Exclude<Resample, 'nearest'>, Filter>> = {
  lanczos,
  bilinear,
  bicubic,
  box,
  hamming,
};

/** @throws TteError model-invalid */
export function resampleOf(code: unknown): Resample {
  const name = NAMES.find((name, i) => code === i || code === name);
  if (name === undefined) throw new TteError('model-invalid', `Unknown resample code ${String(code)}.`);
  return name;
}
