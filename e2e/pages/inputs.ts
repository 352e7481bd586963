/** One picture as every kind of ImageSource. */
import type { ImageSource } from '../../src/index.ts';

export async function loaded(url: string, document = globalThis.document): Promise<HTMLImageElement> {
  const image = document.createElement('img');
  image.src = url;
  await image.decode();
  return image;
}

export function drawn(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')?.drawImage(source, 0, 0);
  return canvas;
}

export async function dataUrl(file: Blob): Promise<string> {
  const reader = new FileReader();
  const read = new Promise((resolve) => reader.addEventListener('load', resolve));
  reader.readAsDataURL(file);
  await read;
  return reader.result as string;
}

async function playing(canvas: HTMLCanvasElement): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = canvas.captureStream();
  const started = video.play();
  canvas.getContext('2d')?.drawImage(canvas, 0, 0); // a frame for the stream
  await started;
  return video;
}

/** Creates new sources at each call, because bitmaps are transferred. */
export async function everyKind(url: string): Promise<Record<string, ImageSource>> {
  const file = await (await fetch(url)).blob();
  const image = await loaded(url);
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = drawn(image, width, height);
  const offscreen = new OffscreenCanvas(width, height);
  offscreen.getContext('2d')?.drawImage(image, 0, 0);
  const frame = document.body.appendChild(document.createElement('iframe'));
  const there = frame.contentWindow as Window & typeof globalThis;
  const foreign = there.document.createElement('canvas');
  Object.assign(foreign, { width, height }).getContext('2d')?.drawImage(image, 0, 0);
  return {
    blob: file,
    'a file without a type': new File([file], 'picture'),
    url,
    'data URL': await dataUrl(file),
    image,
    canvas,
    offscreen,
    bitmap: await createImageBitmap(image),
    imageData: canvas.getContext('2d')?.getImageData(0, 0, width, height) as ImageData,
    video: await playing(canvas),
    'canvas of an iframe': foreign,
    'image of an iframe': await loaded(new URL(url, location.href).href, there.document),
    'file of an iframe': new there.File([await file.arrayBuffer()], 'picture.png', { type: 'image/png' }),
    'pixels of an iframe': foreign.getContext('2d')?.getImageData(0, 0, width, height) as ImageData,
  };
}

/** One drawing, with and without a size of its own. */
export async function everySvg(url: string): Promise<Record<string, ImageSource>> {
  const text = await (await fetch(url)).text();
  const svg = (from: string, type: string, name = 'drawing') => new File([from], name, { type });
  const sizeless = text.replace(/ (width|height)="\d+"/g, '');
  return {
    blob: svg(text, 'image/svg+xml', 'drawing.svg'),
    'without a type': svg(text, ''),
    'with a prolog': svg(`<?xml version="1.0"?>\n<!-- a <svg> -->\n<!DOCTYPE svg>\n${text}`, ''),
    url,
    'data URL': `data:image/svg+xml,${encodeURIComponent(text)}`,
    image: await loaded(url),
    'without a size': svg(sizeless, 'image/svg+xml'),
    'image without a size': await loaded(`data:image/svg+xml,${encodeURIComponent(sizeless)}`),
    huge: svg(text.replace(/ (width|height)="\d+"/g, ' $1="90000"'), 'image/svg+xml'),
  };
}

export { cosineSimilarity as cosine } from '../../src/client/vectors.ts';

/** A black disc on nothing, as a canvas. */
export function disc(ground: string | null): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 60 });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  if (ground) {
    context.fillStyle = ground;
    context.fillRect(0, 0, 60, 60);
    context.fillStyle = 'black';
  }
  context.beginPath();
  context.arc(30, 30, 20, 0, 7);
  context.fill();
  return canvas;
}

export function fileOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve) => canvas.toBlob((file) => resolve(file as Blob), type, 1));
}
