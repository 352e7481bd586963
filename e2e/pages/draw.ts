/** Draws pictures with the evaluation's code. */
import { createDrawer } from '../../eval/page/draw.ts';
import type { Drawing } from '../../eval/pictures.ts';

export interface Drawn {
  width: number;
  height: number;
  /** [red, green, blue] at the requested points. */
  colours: number[][];
  /** SHA-256 of the file in hex. */
  digest: string;
}

/** @param points as shares of width and height */
export async function drawn(
  drawing: Drawing,
  key: string,
  points: readonly [number, number][],
): Promise<Drawn> {
  const file = (await createDrawer(drawing).draw(key)) as Blob;
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  const colours = points.map(([x, y]) => {
    const { data } = context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1);
    return [...data.slice(0, 3)];
  });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return {
    width,
    height,
    colours,
    digest: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
