/** Layout of the operators' working memory. Operators run on one thread, so they share one frame; only their jobs run on several. */
import { ATTENTION } from './attention.ts';
import { CONVOLUTION } from './convolution-layout.ts';
import { ROWS, TILE } from './layout.ts';

const WORDS = [
  ...(['value', 'info', 'rank'] as const),
  // The work of the jobs: inputs, outputs, rows and their size, total units, number of jobs, and index of the job.
  ...([
    'total',
    'jobs',
    'input',
    'second',
    'third',
    'source',
    'sum',
    'target',
    'rows',
    'size',
    'job',
  ] as const),
] as const;
export type Word = (typeof WORDS)[number];
export const offsetOf = (name: Word) => 4 * WORDS.indexOf(name);
/** Offsets: the fields of an attention and of a convolution; a buffer for a tile that only partly fits the output; two shapes. */
export const ATTENTION_FIELDS = 4 * WORDS.length;
export const CONVOLUTION_FIELDS = ATTENTION_FIELDS + 4 * ATTENTION.length;
export const PARTIAL_TILE = CONVOLUTION_FIELDS + 4 * CONVOLUTION.length;
export const SHAPE = PARTIAL_TILE + 4 * ROWS * TILE;
const MAX_RANK = 8;
export const SECOND_SHAPE = SHAPE + 8 * MAX_RANK;
export const FRAME_BYTES = SECOND_SHAPE + 8 * MAX_RANK;
