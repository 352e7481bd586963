/** What a file holds, an image or a text, judged by its bytes, because names and types are often missing or wrong. */
import { invalid, TteError } from '../shared/errors.ts';
import { fileKind, HEAD_BYTES } from '../shared/file-kind.ts';
import type { IndexItem } from './index-types.ts';

/** Limit of characters read from a text file: a thousand passages or so. */
const TEXT_LIMIT = 1_000_000;
const TEXT_NAME = /\.(txt|md|markdown|csv|tsv|json|jsonl|xml|ya?ml|html?|tex|rst|org|log|srt|vtt)$/i;
const TEXT_TYPE = /^(text\/|application\/(.+\+)?(json|xml)\b)/;
/** Characters that no text contains. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it detects
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/** @throws TteError invalid-input: the file is empty | unsupported: neither an image nor a text file. Both name the file. */
export async function contentOf(file: File, path: string): Promise<Pick<IndexItem, 'image' | 'text'>> {
  if (file.size === 0) throw invalid(`${path}: the file has no bytes.`);
  const kind = fileKind(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (kind === 'PDF') throw unsupported(`${path}: this is a PDF. Pass its pages as images, or its text.`);
  if (kind !== null || file.type.startsWith('image/')) return { image: file };
  const text = await textOf(file);
  if (text === null) {
    throw unsupported(`${path}: neither an image nor a text file. Pass its pages, frames or text instead.`);
  }
  return { text: text.slice(0, TEXT_LIMIT) };
}

/**
 * Null if this is no text. A file without a type may be UTF-8 or UTF-16; one that claims to be text may also be Windows-1252.
 */
async function textOf(file: File): Promise<string | null> {
  const isDeclared = TEXT_TYPE.test(file.type) || TEXT_NAME.test(file.name);
  if (!isDeclared && file.type !== '') return null;
  const bytes = new Uint8Array(await file.slice(0, 4 * TEXT_LIMIT).arrayBuffer());
  const text =
    decoded(bytes, utf16(bytes) ?? 'utf-8') ?? (isDeclared ? decoded(bytes, 'windows-1252') : null);
  return text === null || BINARY.test(text) ? null : text;
}

function utf16([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }); // the last character may be cut off
  } catch {
    return null;
  }
}

function unsupported(message: string): TteError {
  return new TteError('unsupported', message);
}
