/** Reads the text of a PDF page by page, with unpdf, if the user has installed it. */
import { TteError } from '../../shared/errors.ts';
import type { Document } from './document.ts';

/** The part of unpdf that is used. */
interface Unpdf {
  getDocumentProxy(data: Uint8Array, options: { verbosity: number }): Promise<PdfDocument>;
}
interface PdfDocument {
  numPages: number;
  getPage(
    number: number,
  ): Promise<{ getTextContent(): Promise<{ items: readonly object[] }>; cleanup(): void }>;
  getMetadata(): Promise<{ info: object }>;
  destroy(): Promise<void>;
}
interface TextItem {
  str: string;
  hasEOL: boolean;
  height: number;
  /** A matrix, whose last value is the line's distance from the bottom of the page. */
  transform: readonly number[];
}

async function loadUnpdf(): Promise<Unpdf> {
  const name = 'unpdf'; // by a variable: bundlers leave it alone
  return import(/* @vite-ignore */ name).catch((cause) => {
    throw new TteError('unsupported', 'PDFs need a reader: npm install unpdf.', { cause });
  });
}

/** A section is a page; its anchor opens it in a browser's viewer. @throws TteError unsupported | invalid-input */
export async function readPdf(bytes: Uint8Array): Promise<Document> {
  const { getDocumentProxy } = await loadUnpdf();
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 }).catch((cause) => {
    throw new TteError('invalid-input', `not a readable PDF (${(cause as Error).message})`, { cause });
  });
  try {
    const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
    const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
    const sections = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const paragraphs = paragraphsOf(items.filter((item): item is TextItem => 'str' in item));
      sections.push({ headings: [], anchor: `page=${number}`, paragraphs });
      page.cleanup();
    }
    return { title: title || null, sections };
  } finally {
    await pdf.destroy();
  }
}

/** A gap of more than a line between two lines ends a paragraph; a hyphen at a line's end joins its word. */
function paragraphsOf(items: readonly TextItem[]): string[] {
  const paragraphs: string[] = [];
  let text = '';
  let last: { y: number; height: number } | null = null;
  for (const { str, hasEOL, height, transform } of items) {
    const y = transform[5] ?? 0;
    if (str.trim() !== '') {
      if (last !== null && Math.abs(last.y - y) > 1.8 * Math.max(last.height, height)) {
        paragraphs.push(text);
        text = '';
      }
      last = { y, height };
    }
    text =
      hasEOL && /\p{Ll}-$/u.test(text + str) ? (text + str).slice(0, -1) : text + str + (hasEOL ? ' ' : '');
  }
  return [...paragraphs, text].map((one) => one.replace(/\s+/g, ' ').trim()).filter((one) => one !== '');
}
