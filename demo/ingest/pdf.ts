import { GlobalWorkerOptions, getDocument } from 'pdfjs-dist';
import PdfWorker from 'pdfjs-dist/build/pdf.worker.min.mjs?worker';

const SIDE = 640;

/** Pages of a PDF in order: their text, and a picture of them, 640 px on the long side. Numbers from 1. */
export async function* pages(file: File): AsyncGenerator<{ page: number; text: string; image: Blob }> {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const task = getDocument({ data: await file.arrayBuffer() });
  try {
    const document = await task.promise;
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(' ');
      const full = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: SIDE / Math.max(full.width, full.height) });
      const canvas = window.document.createElement('canvas');
      canvas.width = viewport.width;
      canvas.height = viewport.height;
      await page.render({ canvas, viewport }).promise;
      yield { page: number, text: text.replace(/\s+/g, ' ').trim(), image: await blobOf(canvas) };
      page.cleanup();
    }
  } finally {
    await task.destroy();
  }
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the page could not be drawn'))),
      'image/webp',
    ),
  );
}
