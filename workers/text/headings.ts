/** The headings of a text in Markdown or HTML. */

export interface Heading {
  /** Where it begins. */
  at: number;
  text: string;
}

const FENCE_OR_HEADING =
  /^[ \t]{0,3}(?<fence>```|~~~)|^#{1,6}[ \t](?<markdown>.*)$|<h[1-6](?:\s[^>]{0,200})?>(?<html>(?:(?!<h[1-6][\s>])[\s\S]){0,500}?)<\/h[1-6]>/gim;

/** In the order of the text. Lines in fenced code are not headings. */
export function headingsOf(text: string): Heading[] {
  const found: Heading[] = [];
  let isCode = false;
  for (const { index, groups } of text.matchAll(FENCE_OR_HEADING)) {
    if (groups?.fence !== undefined) isCode = !isCode;
    if (isCode) continue;
    const heading = plain(groups?.markdown ?? groups?.html ?? '');
    if (heading !== '') found.push({ at: index, text: heading });
  }
  return found;
}

/** The heading of the text that begins at `at`: the one it begins with, or the one before. @param headings in the order of the text */
export function headingAt(headings: readonly Heading[], at: number): Heading | null {
  let [low, high] = [0, headings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((headings[middle] as Heading).at <= at) low = middle + 1;
    else high = middle;
  }
  return headings[low - 1] ?? null;
}

/** The text without tags, and without the signs that may close a Markdown heading. */
function plain(heading: string): string {
  const text = heading.replace(/<[^>]*>/g, '').trim();
  let end = text.length;
  while (text[end - 1] === '#') end--;
  const isClosed = end === 0 || /\s/.test(text[end - 1] as string);
  return (isClosed ? text.slice(0, end) : text).replace(/\s+/g, ' ').trim();
}
