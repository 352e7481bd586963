/** The benchmark page: rows by name, and the two visits. */

import { curve } from './curves/curves.ts';
import { load } from './load.ts';
import type { CountsRow, CurveName, LoadedModel, Point, Row, SearchRow, Side } from './row.ts';
import { decode, prefill } from './rows/decode.ts';
import { hybrid } from './rows/hybrid.ts';
import { imageSingle } from './rows/image.ts';
import { cachedRepeat } from './rows/repeat.ts';
import { search } from './rows/search.ts';
import { textBatch, textSingle, textSingleQ4 } from './rows/text.ts';
import { webgpuDecode, webgpuImage, webgpuText } from './rows/webgpu.ts';
import { type SpinTest, startSpinTest } from './spin.ts';
import { visit } from './visit.ts';

const rows = {
  'text-single': textSingle,
  'text-single-q4': textSingleQ4,
  'text-batch': textBatch,
  decode,
  prefill,
  'image-single': imageSingle,
  'cached-repeat': cachedRepeat,
  'webgpu-text': webgpuText,
  'webgpu-image': webgpuImage,
  'webgpu-decode': webgpuDecode,
} satisfies Record<string, () => Promise<Row[] | CountsRow[]>>;

export type RowName = keyof typeof rows;

declare global {
  interface Window {
    measure(name: RowName): Promise<Row[] | CountsRow[]>;
    load(side: Side, model: LoadedModel): Promise<void>;
    curve(name: CurveName, sizes: readonly number[], glosses: readonly string[]): Promise<void>;
    /** Set by the command: stores a point of the curve. */
    onPoint(point: Point): Promise<void>;
    /** Whether other programs are using the machine. */
    isBusy(): Promise<boolean>;
    search(texts: readonly string[]): Promise<SearchRow[]>;
    hybrid(sentences: readonly string[]): Promise<SearchRow[]>;
    /** Only on a page opened with `?visit=`: milliseconds from navigation to the first vector. */
    visited: Promise<number>;
  }
}

window.measure = (name) => rows[name]();
window.search = search;
window.hybrid = hybrid;
window.load = load;
let spinTest: Promise<SpinTest> | undefined;
window.isBusy = async () => {
  spinTest ??= startSpinTest();
  return (await spinTest).isBusy();
};
window.curve = (name, sizes, glosses) => curve(name, sizes, glosses, window.onPoint);
const side = new URLSearchParams(location.search).get('visit');
if (side) window.visited = visit(side);
