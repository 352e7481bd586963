/**
 * Decides what is encoded of an input once its trace is known: the input with the trace, the words on a page, or the part of the
 * picture that it asks for.
 */
import type { Trace } from '../../src/shared/types.ts';
import type { EncodeItem } from '../embedder/types.ts';
import { crop } from '../images/crop.ts';
import { pageWindows } from './page-windows.ts';

/** One item, or the windows of a page's words. @param sees whether the embedder supports images */
export function encodedParts(item: EncodeItem, trace: Trace | null, sees: boolean): EncodeItem[] {
  if (trace?.source === 'print') {
    for (const image of item.images) image.release();
    return pageWindows(item, trace.answer);
  }
  const { part } = trace ?? {};
  const [image, ...others] = item.images;
  if (!sees || !part || !image || others.length > 0) return [item];
  item.states?.dispose();
  const shown = { pixels: async () => crop(await image.pixels(), part), release: () => image.release() };
  return [{ ...item, images: [shown], text: '', instruction: '', trace: null, states: undefined }];
}
