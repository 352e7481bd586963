/** Normalization of questions about pictures, before they are parsed. */

/** Words for a picture as a whole: a pattern without groups, for plain text. */
export const PICTURE = 'picture|image|photo|photograph|photography|pic|scene|frame|shot|snapshot|view';

/** Lower case, without punctuation, contractions written out. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/\b(what|where|who|there|that|which)'s\b/g, '$1 is')
    .replace(/'s\b/g, " 's")
    .replace(/[^\p{L}\p{N}' -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
