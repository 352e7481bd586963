/** Token-by-token decoding that never yields incomplete characters. */

export interface TextStream {
  /** The text that is final with this token; empty while a character is incomplete. */
  push(id: number): string;
  /** The remaining text, complete or not. */
  end(): string;
}

const INCOMPLETE = '\uFFFD';

/**
 * The text of a token depends on its neighbours (spaces, word pieces, characters of several tokens), so each token is decoded
 * together with the preceding ones, whose text is then removed.
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
