/** The operators' working memory: addresses within it. They run on one thread; only their jobs are spread over several. */
import { ATTENTION } from './attend.ts';
import { ROWS, TILE } from './layout.ts';

const WORDS = [
  ...(['value', 'info', 'rank'] as const),
  // Of a job: its inputs and outputs, rows and their size, what there is to do in all, in how many jobs.
  ...(['total', 'jobs', 'input', 'second', 'third', 'source', 'sum', 'target', 'rows', 'size'] as const),
] as const;
export type Word = (typeof WORDS)[number];
export const offsetOf = (name: Word) => 4 * WORDS.indexOf(name);
/** An attention's parts; room for a tile of which the output has only a part; room for two shapes. */
export const PARTS = 4 * WORDS.length;
export const EDGE = PARTS + 4 * ATTENTION.length;
export const SHAPE = EDGE + 4 * ROWS * TILE;
const MOST_DIMENSIONS = 8;
export const SECOND_SHAPE = SHAPE + 8 * MOST_DIMENSIONS;
export const FRAME_BYTES = SECOND_SHAPE + 8 * MOST_DIMENSIONS;
