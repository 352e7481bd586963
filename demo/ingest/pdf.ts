import { GlobalWorkerOptions, getDocument, type PDFPageProxy } from 'pdfjs-dist';
import PdfWorker from 'pdfjs-dist/build/pdf.worker.min.mjs?worker';

const SIDE = 640;

interface Page {
  /** Of the document; empty: none. */
  title: string;
  /** From 1. */
  page: number;
  text: string;
  /** Draws the page, 640 px on the long side. Valid only until the next page is requested. */
  image(): Promise<Blob>;
}

/** The pages of a PDF, in order. */
export async function* pages(file: File): AsyncGenerator<Page> {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const task = getDocument({ data: await file.arrayBuffer() });
  try {
    const document = await task.promise;
    const { info } = await document.getMetadata();
    const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(' ');
      yield { title, page: number, text: text.replace(/\s+/g, ' ').trim(), image: () => draw(page) };
      page.cleanup();
    }
  } finally {
    await task.destroy();
  }
}

async function draw(page: PDFPageProxy): Promise<Blob> {
  const full = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: SIDE / Math.max(full.width, full.height) });
  const canvas = document.createElement('canvas');
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  await page.render({ canvas, viewport }).promise;
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the page could not be drawn'))),
      'image/webp',
    ),
  );
}
