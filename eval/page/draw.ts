/** Draws planned pictures on a canvas and encodes them as files, which is what an application would have. */
import type { Cell, Drawing, Ground, PastedPart, Picture, Scene } from '../pictures.ts';
import { canvasOf, loadImage, png } from './canvas.ts';
import { drawPrint, hangSign } from './draw-print.ts';

/** Pixels: half the side of a scene, the side of a crop. */
const CELL = 224;
/** Pixels of the longer side of a photograph over which something is pasted. */
const LONGEST = 448;
const PAGE = { width: 480, height: 640, margin: 32, line: 26 };

export interface Drawer {
  /** Returns a PNG, or the URL of a picture that exists as a file. */
  draw(key: string): Promise<Blob | string>;
}

export function createDrawer({ pictures, art }: Drawing): Drawer {
  const drawn = new Map<string, Promise<Blob | string>>();
  const cut = new Map<string, Promise<HTMLCanvasElement>>();
  const load = (cell: Cell): Promise<CanvasImageSource & { width: number; height: number }> => {
    if ('photo' in cell.source) return loadImage(cell.source.photo);
    const key = cell.source.art;
    const known = cut.get(key) ?? cutOut(art[key] as string);
    cut.set(key, known);
    return known;
  };

  /** Draws the cells of a scene, each `size` pixels wide. */
  async function sceneOf({ ground, cells }: Scene, size: number): Promise<HTMLCanvasElement> {
    const rows = cells.length === 4 ? 2 : 1;
    const [canvas, context] = canvasOf(rows * size, rows * size);
    spread(context, ground, rows * size);
    for (const [i, cell] of cells.entries()) {
      if (cell) await place(context, cell, (i % rows) * size, Math.floor(i / rows) * size, size);
    }
    return canvas;
  }

  async function place(
    context: CanvasRenderingContext2D,
    cell: Cell,
    left: number,
    top: number,
    size: number,
  ) {
    const picture = await load(cell);
    context.save();
    context.beginPath();
    context.rect(left, top, size, size);
    context.clip();
    if ('photo' in cell.source) {
      // The photograph's centre fills the cell.
      const side = Math.min(picture.width, picture.height);
      const [x, y] = [(picture.width - side) / 2, (picture.height - side) / 2];
      context.drawImage(picture, x, y, side, side, left, top, size, size);
    } else {
      const { scale, turn, mirror, x, y } = cell;
      const factor = (scale * size) / Math.max(picture.width, picture.height);
      const room = ((1 - scale) * size) / 2;
      context.translate(left + size / 2 + x * room, top + size / 2 + y * room);
      context.rotate(turn);
      context.scale(mirror ? -factor : factor, factor);
      context.drawImage(picture, -picture.width / 2, -picture.height / 2);
    }
    context.restore();
  }

  async function make(picture: Picture): Promise<Blob | string> {
    switch (picture.kind) {
      case 'file':
        return picture.url;
      case 'part': {
        const whole = await createImageBitmap(await (await fetch(picture.url)).blob());
        const { x, y, width, height } = picture.box;
        const size = [
          Math.max(1, Math.round(width * whole.width)),
          Math.max(1, Math.round(height * whole.height)),
        ] as const;
        const [part, context] = canvasOf(...size);
        context.drawImage(whole, x * whole.width, y * whole.height, ...size, 0, 0, ...size);
        whole.close();
        return png(part);
      }
      case 'pasted': {
        const ground = await loadImage(picture.url);
        const scale = LONGEST / Math.max(ground.naturalWidth, ground.naturalHeight);
        const [canvas, context] = canvasOf(
          Math.round(scale * ground.naturalWidth),
          Math.round(scale * ground.naturalHeight),
        );
        context.drawImage(ground, 0, 0, canvas.width, canvas.height);
        if (picture.part) await paste(context, picture.part);
        return png(canvas);
      }
      case 'scene':
        return png(await sceneOf(picture.scene, CELL));
      case 'crop': {
        const whole = await sceneOf(picture.scene, CELL);
        const [part, context] = canvasOf(CELL, CELL);
        context.drawImage(whole, -CELL * (picture.cell % 2), -CELL * Math.floor(picture.cell / 2));
        return png(part);
      }
      case 'page': {
        const { width, height, margin, line } = PAGE;
        const [canvas, context] = canvasOf(width, height);
        context.fillStyle = '#fff';
        context.fillRect(0, 0, width, height);
        context.fillStyle = '#111';
        context.font = 'bold 24px sans-serif';
        context.fillText(picture.title, margin, margin + line);
        context.font = '17px serif';
        for (const [i, text] of picture.lines.entries())
          context.fillText(text, margin, margin + (i + 3) * line);
        const side = width - 2 * margin;
        await place(context, picture.figure, margin, height - margin - side * 0.8, side * 0.8);
        return png(canvas);
      }
      case 'print':
        return png(drawPrint(picture.text, picture.look));
      case 'sign':
        return png(hangSign(await loadImage(picture.url), picture.words, picture.look));
    }
  }

  return {
    draw(key) {
      const picture = pictures[key];
      if (!picture) throw new Error(`no picture named ${key} is planned`);
      const known = drawn.get(key) ?? make(picture);
      drawn.set(key, known);
      return known;
    },
  };
}

async function paste(context: CanvasRenderingContext2D, { url, box, x, y, size }: PastedPart): Promise<void> {
  const whole = await loadImage(url);
  const cut = [
    box.x * whole.naturalWidth,
    box.y * whole.naturalHeight,
    box.width * whole.naturalWidth,
    box.height * whole.naturalHeight,
  ] as const;
  const { width, height } = context.canvas;
  const scale = (size * Math.min(width, height)) / Math.max(cut[2], cut[3]);
  const drawn = [scale * cut[2], scale * cut[3]] as const;
  context.drawImage(whole, ...cut, x * width - drawn[0] / 2, y * height - drawn[1] / 2, ...drawn);
}

function spread(context: CanvasRenderingContext2D, ground: Ground, size: number): void {
  context.imageSmoothingQuality = 'high';
  context.filter = `brightness(${ground.brightness})`;
  context.fillStyle = ground.colour;
  context.fillRect(0, 0, size, size);
  const [grid, dots] = canvasOf(4, 4);
  for (const [i, colour] of ground.texture.entries()) {
    dots.fillStyle = colour;
    dots.fillRect(i % 4, Math.floor(i / 4), 1, 1);
  }
  context.globalAlpha = ground.strength;
  context.drawImage(grid, 0, 0, size, size);
  context.globalAlpha = 1;
}

/** Crops a pictogram to its bounding box. @param markup SVG markup or a data URL */
async function cutOut(markup: string): Promise<HTMLCanvasElement> {
  const isUrl = markup.startsWith('data:');
  const url = isUrl ? markup : URL.createObjectURL(new Blob([markup], { type: 'image/svg+xml' }));
  const image = await loadImage(url);
  if (!isUrl) URL.revokeObjectURL(url);
  const { width, height } = image;
  const [canvas, context] = canvasOf(width, height);
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[4 * (y * width + x) + 3] as number) <= 16) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  }
  if (right <= left) throw new Error('a pictogram is empty');
  const [box, inside] = canvasOf(right - left, bottom - top);
  inside.drawImage(canvas, -left, -top);
  return box;
}
