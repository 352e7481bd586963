/** Lists the documents of a folder and reads them. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Document } from './document.ts';
import { readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import { readPdf } from './pdf.ts';
import { readText } from './text.ts';

export type Kind = 'html' | 'markdown' | 'text' | 'pdf' | 'image';

const KINDS: Readonly<Record<string, Kind>> = {
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.md': 'markdown',
  '.mdx': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'text',
  '.text': 'text',
  '.pdf': 'pdf',
  '.jpg': 'image',
  '.jpeg': 'image',
  '.png': 'image',
  '.webp': 'image',
  '.avif': 'image',
  '.gif': 'image',
};

export interface Source {
  kind: Kind;
  /** Path on this machine. */
  file: string;
  /** Path within the folder, with slashes. */
  path: string;
}

/** Lists documents sorted by path, without hidden files and folders and `node_modules`. */
export async function listSources(folder: string): Promise<Source[]> {
  const sources: Source[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    const kind = KINDS[extname(entry.name).toLowerCase()];
    if (kind === undefined || !entry.isFile()) continue;
    if (path.split('/').some((part) => part.startsWith('.') || part === 'node_modules')) continue;
    sources.push({ kind, file, path });
  }
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws TteError unsupported | invalid-input, or what reading the file throws */
export async function readDocument({
  kind,
  file,
}: Source & { kind: Exclude<Kind, 'image'> }): Promise<Document> {
  const bytes = await readFile(file);
  if (kind === 'pdf') return readPdf(new Uint8Array(bytes));
  const text = decodeText(bytes);
  if (kind === 'html') return readHtml(text);
  return kind === 'markdown' ? readMarkdown(text) : readText(text);
}

/** Decodes UTF-8, or UTF-16 with a byte order mark; other files are read as Windows-1252. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
