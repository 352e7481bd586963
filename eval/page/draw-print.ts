/** Draws printed pages, and signs in photographs. */
import { seeded } from '../../workers/index/random.ts';
import type { PrintLook, SignLook } from '../pictures.ts';
import { canvasOf } from './canvas.ts';

const PAGE = { width: 900, margin: 50 };
/** Of the size of the letters. */
const LINE = 1.45;

/** Sets the text in columns from the top left, on a page as long as it needs to be. */
export function drawPrint(text: string, look: PrintLook): HTMLCanvasElement {
  const { size, columns, ground, ink } = look;
  const font = `${size}px ${look.family}`;
  const gutter = 2 * size;
  const column = (PAGE.width - 2 * PAGE.margin - gutter * (columns - 1)) / columns;
  const [, measuring] = canvasOf(1, 1);
  measuring.font = font;
  const lines = wrapped(text, (part) => measuring.measureText(part).width <= column);
  const rows = Math.ceil(lines.length / columns);
  const step = Math.round(LINE * size);
  const [flat, context] = canvasOf(PAGE.width, 2 * PAGE.margin + rows * step);
  context.fillStyle = ground;
  context.fillRect(0, 0, flat.width, flat.height);
  context.fillStyle = ink;
  context.font = font;
  context.textBaseline = 'top';
  for (const [i, line] of lines.entries()) {
    const left = PAGE.margin + Math.floor(i / rows) * (column + gutter);
    context.fillText(line, left, PAGE.margin + (i % rows) * step);
  }
  return scanned(flat, look);
}

/** Words in lines that fit; a word that fits in no line is divided. */
function wrapped(text: string, fits: (part: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && !fits(`${line} ${word}`)) {
      lines.push(line);
      line = '';
    }
    for (; line === '' && !fits(word) && word.length > 1; ) {
      let length = word.length - 1;
      while (length > 1 && !fits(word.slice(0, length))) length--;
      lines.push(word.slice(0, length));
      word = word.slice(length);
    }
    line = `${line} ${word}`.trim();
  }
  return [...lines, line];
}

/** As a scanner would see the page: turned, blurred, and with noise. */
function scanned(flat: HTMLCanvasElement, { ground, turn, blur, noise, noiseSeed }: PrintLook) {
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const [canvas, context] = canvasOf(
    Math.ceil(flat.width * cos + flat.height * sin),
    Math.ceil(flat.width * sin + flat.height * cos),
  );
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate(turn);
  if (blur > 0) context.filter = `blur(${blur}px)`;
  context.drawImage(flat, -flat.width / 2, -flat.height / 2);
  if (noise > 0) {
    const next = seeded(noiseSeed);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < image.data.length; at += 4) {
      // The sum of three has a deviation of one half.
      const added = 2 * noise * (next() + next() + next() - 1.5);
      for (let channel = at; channel < at + 3; channel++)
        image.data[channel] = (image.data[channel] as number) + added;
    }
    context.putImageData(image, 0, 0);
  }
  return canvas;
}

/** Letters on a board; a sign that is too long for the picture has smaller ones. */
export function hangSign(picture: HTMLImageElement, words: string, look: SignLook): HTMLCanvasElement {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const [canvas, context] = canvasOf(width, height);
  context.drawImage(picture, 0, 0);
  const fontOf = (size: number) => `${size}px ${look.family}`;
  const wanted = look.size * Math.max(width, height);
  context.font = fontOf(wanted);
  const size = Math.min(wanted, (0.85 * width * wanted) / context.measureText(words).width);
  context.font = fontOf(size);
  const board = { width: context.measureText(words).width + size, height: 1.7 * size };
  const [cos, sin] = [Math.abs(Math.cos(look.turn)), Math.abs(Math.sin(look.turn))];
  const outer = [board.width * cos + board.height * sin, board.width * sin + board.height * cos] as const;
  context.translate(
    outer[0] / 2 + look.x * Math.max(0, width - outer[0]),
    outer[1] / 2 + look.y * Math.max(0, height - outer[1]),
  );
  context.rotate(look.turn);
  context.fillStyle = look.ground;
  context.fillRect(-board.width / 2, -board.height / 2, board.width, board.height);
  context.fillStyle = look.ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(words, 0, 0);
  return canvas;
}
