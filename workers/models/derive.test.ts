import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { weightsFolder } from '../../scripts/paths.ts';
import { deriveDescriptor, type FolderView } from './derive.ts';
import { parseDescriptor } from './descriptor.ts';

/** A fake folder with JSON files, and graphs of which only the existence matters. */
function folder(json: Record<string, object>, graphs: readonly string[] = []): FolderView {
  return {
    id: 'owner/name',
    base: 'https://hub.example/owner/name/',
    revision: null,
    license: null,
    files: {},
    json: async (path) => (json[path] as Record<string, unknown> | undefined) ?? null,
    find: async (path) => (graphs.includes(path) ? { bytes: 7 } : null),
    digest: async () => '0123456789abcdef',
  };
}

/** A folder on disk without a file list. */
function onDisk(path: string, id: string): FolderView {
  return {
    ...folder({}),
    id,
    json: async (name) =>
      existsSync(`${path}/${name}`) ? JSON.parse(readFileSync(`${path}/${name}`, 'utf8')) : null,
    find: async (name) =>
      existsSync(`${path}/${name}`) ? { bytes: statSync(`${path}/${name}`).size } : null,
  };
}

const bert = {
  model_type: 'bert',
  architectures: ['BertModel'],
  hidden_size: 384,
  max_position_embeddings: 512,
};

test('a sentence encoder: pooling, lengths, formats', async () => {
  const descriptor = await deriveDescriptor(
    folder(
      {
        'config.json': bert,
        '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
        'sentence_bert_config.json': { max_seq_length: 128 },
        'tokenizer_config.json': { model_max_length: 1e30 },
      },
      ['onnx/model.onnx', 'onnx/model_quantized.onnx', 'onnx/model_q4.onnx'],
    ),
  );
  expect(descriptor).toMatchObject({
    kind: 'embedder',
    architecture: 'text-encoder',
    revision: 'derived-0123456789ab',
    embedding: { dimensions: 384, pooling: 'cls' },
    text: { maxTokens: 128 },
    prompts: {},
  });
  expect(descriptor.sessions.model).toEqual({
    fp32: { path: 'onnx/model.onnx' },
    q8: { path: 'onnx/model_quantized.onnx' },
    q4: { path: 'onnx/model_q4.onnx' },
  });
  expect(parseDescriptor(JSON.parse(JSON.stringify(descriptor)))).toEqual(descriptor);
});

test('a language model with a pooling module is an embedder', async () => {
  const descriptor = await deriveDescriptor(
    folder(
      {
        'config.json': { model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'], hidden_size: 1024 },
        '1_Pooling/config.json': { pooling_mode_lasttoken: true },
      },
      ['onnx/model_q8.onnx', 'onnx/model_int8.onnx'],
    ),
  );
  expect(descriptor).toMatchObject({
    architecture: 'text-encoder',
    embedding: { dimensions: 1024, pooling: 'last' },
  });
  expect(Object.keys(descriptor.sessions.model ?? {})).toEqual(['int8']);
});

const towers = ['onnx/text_model.onnx', 'onnx/vision_model.onnx'];

test.each([
  [{ model_type: 'clip', projection_dim: 640, text_config: {} }, { dimensions: 640 }, { maxTokens: 77 }],
  [{ model_type: 'clip' }, { dimensions: 512 }, { maxTokens: 77 }],
  [
    { model_type: 'siglip', vision_config: { hidden_size: 1152 } },
    { dimensions: 1152 },
    { maxTokens: 64, padToMax: true },
  ],
  [{ model_type: 'jina_clip' }, { dimensions: 768 }, { maxTokens: 8192 }],
])('a dual encoder: %j', async (config, embedding, text) => {
  const descriptor = await deriveDescriptor(
    folder({ 'config.json': config, 'preprocessor_config.json': {} }, towers),
  );
  expect(descriptor).toMatchObject({ architecture: 'dual-encoder', embedding, text, kind: 'embedder' });
  expect(descriptor.image).toEqual({ processor: 'preprocessor_config' });
});

test('one vector for text and images', async () => {
  const config = { model_type: 'embedding_gemma2', text_config: { hidden_size: 768 }, vision_config: {} };
  const view = folder({ 'config.json': config }, ['onnx/model_q4.onnx', 'onnx/vision_encoder_q4.onnx']);
  expect(await deriveDescriptor(view)).toMatchObject({
    architecture: 'multimodal-encoder',
    embedding: { dimensions: 768, pooling: 'none' },
    image: { processor: 'processor_config', token: '<|image|>' },
  });
});

const parts = ['embed_tokens', 'vision_encoder', 'decoder_model_merged'].map(
  (name) => `onnx/${name}_q4.onnx`,
);

test.each([
  [
    { model_type: 'idefics3', architectures: ['Idefics3ForConditionalGeneration'], vision_config: {} },
    '<image>',
  ],
  [
    { model_type: 'qwen2_5_vl', architectures: ['Qwen2_5_VLForConditionalGeneration'], vision_config: {} },
    '<|image_pad|>',
  ],
  [{ model_type: 'llava_qwen2', architectures: ['LlavaQwen2ForCausalLM'] }, '<image>'],
])('a reasoner that sees: %j', async (config, token) => {
  const descriptor = await deriveDescriptor(
    folder({ 'config.json': config, 'preprocessor_config.json': {} }, parts),
  );
  expect(descriptor).toMatchObject({ kind: 'reasoner', architecture: 'vision-lm', image: { token } });
  expect(descriptor.embedding).toBeUndefined();
});

test('the image token is read from wherever the folder declares it', async () => {
  const config = {
    model_type: 'x',
    architectures: ['XForConditionalGeneration'],
    vision_config: {},
    image_token_id: 9,
  };
  const tokenizer = { added_tokens_decoder: { 9: { content: '<picture>' } } };
  const view = folder({ 'config.json': config, 'tokenizer_config.json': tokenizer }, parts);
  expect((await deriveDescriptor(view)).image?.token).toBe('<picture>');
});

test('external data belongs to its graph; an incomplete graph is left out', async () => {
  const config = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    'transformers.js_config': { use_external_data_format: { 'model.onnx': 2, 'model_q4.onnx': 1 } },
  };
  const view = folder({ 'config.json': config }, [
    'onnx/model.onnx',
    'onnx/model.onnx_data',
    'onnx/model_q4.onnx',
    'onnx/model_q4.onnx_data',
  ]);
  const descriptor = await deriveDescriptor(view);
  expect(descriptor.sessions).toEqual({
    model: { q4: { path: 'onnx/model_q4.onnx', data: ['onnx/model_q4.onnx_data'] } },
  });
  expect(Object.keys(descriptor.files)).toEqual(['onnx/model_q4.onnx', 'onnx/model_q4.onnx_data']);
});

test.each([
  ['model-not-found', /neither tte.json nor config.json/, {}, []],
  ['model-not-found', /no ONNX files for model/, { 'config.json': bert }, []],
  [
    'model-not-found',
    /text_model, vision_model/,
    { 'config.json': { model_type: 'clip' } },
    ['onnx/text_model.onnx'],
  ],
  [
    'unsupported',
    /"whisper"/,
    { 'config.json': { model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'] } },
    [],
  ],
])('%s: %s', async (code, message, json, graphs) => {
  await expect(deriveDescriptor(folder(json, graphs))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

const fixtures = fileURLToPath(new URL('../../e2e/fixtures/models', import.meta.url));
const described = readdirSync(fixtures)
  .filter((name) => existsSync(`${fixtures}/${name}/tte.json`))
  .map((name) => parseDescriptor(JSON.parse(readFileSync(`${fixtures}/${name}/tte.json`, 'utf8'))))
  .filter(({ kind }) => kind !== 'unified'); // never derived: nothing in a hub folder tells of a head

test.each(described)('$id: what is derived agrees with its tte.json', async (written) => {
  const derived = await deriveDescriptor(onDisk(`${fixtures}/${written.id}`, written.id));
  const { kind, architecture, sessions, embedding, text } = written;
  expect(derived).toMatchObject({ kind, architecture, sessions });
  expect(derived.embedding).toEqual(embedding);
  expect(derived.image?.token).toBe(written.image?.token);
  expect(derived.text.padToMax).toBe(text.padToMax);
});

const weights = weightsFolder();

test.skipIf(!weights)('the open weights in ../shared/models', async () => {
  const minilm = await deriveDescriptor(onDisk(`${weights}/all-MiniLM-L6-v2`, 'all-MiniLM-L6-v2'));
  expect(minilm).toMatchObject({
    architecture: 'text-encoder',
    embedding: { dimensions: 384, pooling: 'mean' },
    text: { maxTokens: 512 },
    files: { 'onnx/model_q4.onnx': { bytes: 14679581 } },
  });
  expect(Object.keys(minilm.sessions.model ?? {}).sort()).toEqual(['q4', 'q8']);
  const smollm2 = await deriveDescriptor(onDisk(`${weights}/SmolLM2-135M-Instruct`, 'SmolLM2'));
  expect(smollm2).toMatchObject({ kind: 'reasoner', architecture: 'causal-lm', text: { maxTokens: 8192 } });
  expect(smollm2.sessions).toEqual({ model: { q4: { path: 'onnx/model_q4.onnx' } } });
});
