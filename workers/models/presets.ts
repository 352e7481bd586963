/** Presets: models by name, with the properties that are missing in their folders. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

/** Overrides parts of the derived descriptor. */
export type DescriptorPart = Partial<
  Pick<ModelDescriptor, 'license' | 'text' | 'prompts' | 'goldenTraces'> & {
    embedding: Partial<NonNullable<ModelDescriptor['embedding']>>;
  }
>;

export type Preset =
  | {
      /** A folder below `modelsUrl`, with its own tte.json. */
      builtIn: string;
      /** The reasoner preset that is used if this name is given alone. @default the folder itself, if it is a unified model */
      reasoner?: string;
    }
  | { hub: string; part: DescriptorPart };

const apache = 'Apache-2.0';

/** The default prompt with a prefix for each role; a trace is then combined as a vector. */
function prefixes(query: string, document = ''): ModelDescriptor['prompts'] {
  const plain = '[[{instruction}\n]]{text}';
  return { embed: { query: query + plain, document: document + plain } };
}

const e5: DescriptorPart = {
  license: 'MIT',
  embedding: { pooling: 'mean' },
  text: { maxTokens: 512 },
  prompts: prefixes('query: ', 'passage: '),
};

const search = 'Represent this sentence for searching relevant passages: ';

/** Names are lower case. Hub presets use the revision `main`; pin another one with `owner/name@commit`. */
export const presets: Readonly<Record<string, Preset>> = {
  pico: { builtIn: 'pico' },
  'pico-s': { builtIn: 'pico-s', reasoner: 'pico' },

  minilm: {
    hub: 'Xenova/all-MiniLM-L6-v2',
    part: { license: apache, embedding: { pooling: 'mean' }, text: { maxTokens: 256 } },
  },
  'bge-small': {
    hub: 'Xenova/bge-small-en-v1.5',
    part: {
      license: 'MIT',
      embedding: { pooling: 'cls' },
      text: { maxTokens: 512 },
      prompts: prefixes(search),
    },
  },
  'e5-small': {
    hub: 'Xenova/e5-small-v2',
    part: e5,
  },
  multilingual: {
    hub: 'Xenova/multilingual-e5-small',
    part: e5,
  },
  'gte-small': {
    hub: 'Supabase/gte-small',
    part: { license: 'MIT', embedding: { pooling: 'mean' }, text: { maxTokens: 512 } },
  },
  'arctic-xs': {
    hub: 'Snowflake/snowflake-arctic-embed-xs',
    part: {
      license: apache,
      embedding: { pooling: 'cls' },
      text: { maxTokens: 512 },
      prompts: prefixes(search),
    },
  },
  'qwen3-embedding': {
    hub: 'onnx-community/Qwen3-Embedding-0.6B-ONNX',
    part: {
      license: apache,
      embedding: { pooling: 'last', matryoshka: [768, 512, 256, 128, 64, 32] },
      text: { maxTokens: 8192 },
      prompts: {
        embed: { query: '[[Instruct: {instruction}\nQuery:]]{text}', document: '{text}' },
      },
    },
  },

  clip: {
    hub: 'Xenova/clip-vit-base-patch32',
    part: { license: 'MIT', text: { maxTokens: 77 } },
  },
  'clip-b16': {
    hub: 'Xenova/clip-vit-base-patch16',
    part: { license: 'MIT', text: { maxTokens: 77 } },
  },
  siglip2: {
    hub: 'onnx-community/siglip2-base-patch16-224-ONNX',
    part: { license: apache, text: { maxTokens: 64, padToMax: true } },
  },
  'jina-clip': {
    hub: 'jinaai/jina-clip-v1',
    part: { license: apache, text: { maxTokens: 8192 } },
  },
  'embeddinggemma-2': {
    hub: 'onnx-community/embeddinggemma-2-ONNX',
    part: {
      license: apache,
      embedding: { dimensions: 768, matryoshka: [512, 256, 128], pooling: 'none' },
      text: { maxTokens: 8192 },
      prompts: {
        embed: {
          query: '[[{image}]]task: search result | query: [[{instruction}\n]]{text}[[\n{trace}]]',
          document: '[[{image}]]title: none | text: [[{instruction}\n]]{text}[[\n{trace}]]',
        },
      },
    },
  },

  smollm2: {
    hub: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    part: {
      license: apache,
      goldenTraces: [{ input: { text: 'how do plants make food' }, mode: 'answer', startsWith: 'Plants' }],
    },
  },
  'qwen3-0.6b': {
    hub: 'onnx-community/Qwen3-0.6B-ONNX',
    part: { license: apache },
  },
  'gemma-3-270m': { hub: 'onnx-community/gemma-3-270m-it-ONNX', part: { license: 'Gemma' } },
  'smolvlm-256m': { hub: 'HuggingFaceTB/SmolVLM-256M-Instruct', part: { license: apache } },
  'smolvlm-500m': { hub: 'HuggingFaceTB/SmolVLM-500M-Instruct', part: { license: apache } },
  'qwen3.5-0.8b': {
    hub: 'onnx-community/Qwen3.5-0.8B-ONNX-OPT',
    part: { license: apache },
  },
  'qwen3-vl-2b': { hub: 'onnx-community/Qwen3-VL-2B-Instruct-ONNX', part: {} },
  'fastvlm-0.5b': {
    hub: 'onnx-community/FastVLM-0.5B-ONNX',
    part: { license: 'apple-amlr (not for commerce)' },
  },
};
