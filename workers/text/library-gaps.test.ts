import { describe, expect, it } from 'vitest';
import type { ModelFolder } from '../models/folder.ts';
import { openTokenizer } from './tokenizer.ts';

/** Ids of the Rust library for the same tokenizers and texts. */
it('sets ideographs above U+FFFF apart as BERT does', async () => {
  const words = ['[UNK]', 'a', 'b', '𠀀', '丽', '日', '##b'];
  const { encode } = await openTokenizer(
    folderOf({
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      model: { ...wordPiece, vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
    }),
  );
  expect(encode('a𠀀b').ids).toEqual([1, 3, 2]);
  expect(encode('𠀀𠀀日').ids).toEqual([3, 3, 5]);
  expect(encode('ab 𠀀').ids).toEqual([1, 6, 3]);
});

it('leaves ideographs in their words where the tokenizer does', async () => {
  const words = ['[UNK]', 'a𠀀b'];
  const { encode } = await openTokenizer(
    folderOf({
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: false, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      model: { ...wordPiece, vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
    }),
  );
  expect(encode('a𠀀b').ids).toEqual([1]);
});

it('makes a sigma at the end of a word small as the original does', async () => {
  const words = ['[UNK]', 'οδοσ', 'οδος'];
  const model = { ...wordPiece, vocab: Object.fromEntries(words.map((word, id) => [word, id])) };
  for (const normalizer of [{ type: 'BertNormalizer', lowercase: true }, { type: 'Lowercase' }]) {
    const { encode } = await openTokenizer(
      folderOf({ normalizer, pre_tokenizer: { type: 'BertPreTokenizer' }, model }),
    );
    expect(encode('ΟΔΟΣ οδος').ids).toEqual([1, 2]);
  }
});

describe('pre-tokenizers', () => {
  async function words(text: string, type: string, vocab: readonly string[]) {
    const { encode } = await openTokenizer(
      folderOf({
        normalizer: null,
        pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type }] },
        model: { ...wordPiece, vocab: Object.fromEntries(['[UNK]', ...vocab].map((word, id) => [word, id])) },
      }),
    );
    return encode(text).ids.map((id) => vocab[id - 1]);
  }

  it('split at white space as Unicode has it: with the next line, without the byte-order mark', async () => {
    expect(await words('a\u0085b\u3000c a\ufeffb', 'WhitespaceSplit', ['a', 'b', 'c', 'a\ufeffb'])).toEqual([
      'a',
      'b',
      'c',
      'a\ufeffb',
    ]);
  });

  it('split words from signs in every script', async () => {
    const vocab = ['naïve', '-', 'Ёж', '!?', 'क़ानून', '日本'];
    expect(await words('naïve-Ёж!? क़ानून 日本', 'Whitespace', vocab)).toEqual(vocab);
  });
});

describe('SentencePiece’s table of replacements', () => {
  /** Characters outside the table are spelt out by their numbers. */
  async function normalized(text: string, table: Record<string, string>): Promise<string> {
    const chars = [...new Set([...text, ...Object.keys(table), ...Object.values(table)].join(''))];
    const pieces = ['<unk>', ...chars.filter((char) => char !== ' ')];
    const { encode } = await openTokenizer(
      folderOf({
        normalizer: {
          type: 'Sequence',
          normalizers: [{ type: 'Precompiled', precompiled_charsmap: charsmapOf(table) }],
        },
        pre_tokenizer: { type: 'WhitespaceSplit' },
        model: { type: 'Unigram', unk_id: 0, vocab: pieces.map((piece) => [piece, -1]) },
      }),
    );
    return encode(text)
      .ids.map((id) => pieces[id])
      .join('');
  }

  it.each([
    ['what it holds is replaced', 'aﬁb', { ﬁ: 'fi' }, 'afib'],
    ['what it lacks stays, where NFKC would replace it', 'aﬁb½', { x: 'y' }, 'aﬁb½'],
    ['a next-line character', 'a\u0085b', { '\u0085': ' ' }, 'ab'],
    ['a grapheme', 'ae\u0301e', { 'e\u0301': 'é' }, 'aée'],
    ['graphemes that follow each other', 'e\u0301e\u0301', { 'e\u0301': 'é' }, 'éé'],
    ['a mark after a letter that it lacks', 'x\u0301', { 'e\u0301': 'é' }, 'x\u0301'],
    [
      'a grapheme of more than five bytes, by its characters',
      '\u1100\u1161',
      { '\u1100\u1161': '가' },
      '\u1100\u1161',
    ],
    ['the shortest beginning stands for all of a grapheme', '①\u0301', { '①': '1' }, '1'],
    ['an empty replacement', 'a\u00adb', { '\u00ad': '' }, 'ab'],
    ['ASCII', 'aAb', { A: 'a' }, 'aab'],
    ['above U+FFFF', '𝕏', { 𝕏: 'X' }, 'X'],
  ])('%s', async (_, text, table, expected) => {
    expect(await normalized(text, table)).toBe(expected);
  });

  it('replaces across the windows in which a long text is segmented', async () => {
    const text = '日本語ﬁ '.repeat(2_000);
    expect(await normalized(text, { ﬁ: 'fi' })).toBe('日本語fi'.repeat(2_000));
  });
});

const wordPiece = {
  type: 'WordPiece',
  unk_token: '[UNK]',
  continuing_subword_prefix: '##',
  max_input_chars_per_word: 100,
};

/** A folder with a tokenizer and nothing else. */
function folderOf(tokenizer: object): ModelFolder {
  const files: Record<string, object> = {
    'tokenizer.json': { added_tokens: [], post_processor: null, decoder: null, ...tokenizer },
  };
  const descriptor = { id: 'test' };
  return { descriptor, json: async (path: string) => files[path] ?? null, text: async () => null } as never;
}

interface Node {
  children: Map<number, Node>;
  /** Where its replacement begins. */
  value?: number;
}

/** A table as SentencePiece writes it: a double-array trie over UTF-8, and the replacements. */
function charsmapOf(table: Readonly<Record<string, string>>): string {
  const root: Node = { children: new Map() };
  let strings = '';
  for (const [from, to] of Object.entries(table)) {
    let node = root;
    for (const byte of Buffer.from(from)) {
      const next: Node = node.children.get(byte) ?? { children: new Map() };
      node.children.set(byte, next);
      node = next;
    }
    node.value = Buffer.byteLength(strings);
    strings += `${to}\0`;
  }
  const units: number[] = [0];
  const bases = new Set<number>();
  const place = ({ children, value }: Node, at: number): void => {
    const labels = [...children.keys(), ...(value === undefined ? [] : [0])];
    let base = 1;
    while (bases.has(base) || labels.some((label) => units[base ^ label] !== undefined)) base++;
    bases.add(base);
    units[at] = ((units[at] ?? 0) | ((at ^ base) << 10) | (value === undefined ? 0 : 0x100)) >>> 0;
    for (const label of labels) units[base ^ label] = label;
    if (value !== undefined) units[base] = (value | 0x80000000) >>> 0;
    for (const [label, child] of children) place(child, base ^ label);
  };
  place(root, 0);
  const trie = Uint32Array.from(units, (unit) => unit ?? 0);
  const size = Uint32Array.of(trie.byteLength);
  return Buffer.concat([Buffer.from(size.buffer), Buffer.from(trie.buffer), Buffer.from(strings)]).toString(
    'base64',
  );
}
