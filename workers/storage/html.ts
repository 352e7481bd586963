/** Recognizes an HTML page in place of an expected file. */

/** An HTML page came instead of the file: a host's fallback for missing files, or a network's sign-in page. */
export class HtmlAnswer extends Error {
  override readonly name = 'HtmlAnswer';
}

/** For files that may not exist: an HTML page means that they do not. */
export function orNullForHtml<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error) => {
    if (error instanceof HtmlAnswer) return null;
    throw error;
  });
}

/** The number of bytes that browsers examine to detect a type, too. */
const ENOUGH = 1445;
const HTML =
  /^\s*<(!doctype\s+html|!--|\?xml|(html|head|body|title|meta|link|script|style|iframe|div|table|h1)\b)/i;

/**
 * The first pieces of a body, as many as are needed to tell whether it is HTML. The content decides, since hosts may send their
 * page with the media type of the missing file.
 */
export async function readHead(read: () => Promise<Uint8Array | undefined>) {
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let text = '';
  while (text.length < ENOUGH && /^\s*(<|$)/.test(text)) {
    const piece = await read();
    if (!piece) break;
    pieces.push(piece);
    text += decoder.decode(piece.subarray(0, ENOUGH), { stream: true });
  }
  return { pieces, isHtml: HTML.test(text) };
}
