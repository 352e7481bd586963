/** Token-by-token decoding that never shows half a character. */

export interface TextStream {
  /** The text that became certain with this token; empty while a character is incomplete. */
  push(id: number): string;
  /** What is left, complete or not. */
  end(): string;
}

const INCOMPLETE = '\uFFFD';

/**
 * A token's text depends on its neighbours (spaces, word pieces, characters of several tokens), so each is decoded together
 * with the tokens shown last, whose text is then taken off.
 */
export function createTextStream(decode: (ids: readonly number[]) => string): TextStream {
  let shown: number[] = [];
  let pending: number[] = [];
  const delta = (): string => decode([...shown, ...pending]).slice(decode(shown).length);
  const commit = (text: string): string => {
    if (text !== '') {
      shown = pending;
      pending = [];
    }
    return text;
  };
  return {
    push(id) {
      pending.push(id);
      const text = delta();
      return text.endsWith(INCOMPLETE) ? '' : commit(text);
    },
    end: () => commit(delta()),
  };
}
