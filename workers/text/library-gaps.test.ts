import { expect, it } from 'vitest';
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

it('reads a next-line character as a space where SentencePiece does', async () => {
  const pieces = ['<unk>', '▁a', '▁b', 'b'];
  const { encode } = await openTokenizer(
    folderOf({
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Precompiled', precompiled_charsmap: null }] },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'WhitespaceSplit' },
          { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
        ],
      },
      model: { type: 'Unigram', unk_id: 0, vocab: pieces.map((piece) => [piece, -1]) },
    }),
  );
  expect(encode('a\u0085b').ids).toEqual([1, 2]);
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
