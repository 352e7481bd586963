/** The peer: plain transformers.js in a worker of its own, set up as its documentation says, served from the same origin. */
import {
  AutoModelForCausalLM,
  AutoProcessor,
  AutoTokenizer,
  BaseStreamer,
  CLIPVisionModelWithProjection,
  env,
  type FeatureExtractionPipeline,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
  pipeline,
  RawImage,
  type Tensor,
} from '@huggingface/transformers';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { serve } from '../e2e/harness/rpc.worker.ts';

type GenerationArguments = Parameters<PreTrainedModel['generate']>[0];

const DECODER = 'HuggingFaceTB/SmolLM2-135M-Instruct';

let embedder: FeatureExtractionPipeline;
let tokenizer: PreTrainedTokenizer;
let decoder: PreTrainedModel;
let processor: Processor;
let visionEncoder: PreTrainedModel;

/** What the peer can do; texts and vectors cross as they would in an application. */
const peer = {
  /** @param threads null: the library's own choice */
  setup(threads: number | null): void {
    env.remoteHost = `${self.location.origin}/hub/`;
    env.allowLocalModels = false;
    const settings = env.backends.onnx.wasm;
    if (!settings) throw new Error('transformers.js has no WASM settings');
    settings.wasmPaths = {
      mjs: new URL(mjs, self.location.href).href,
      wasm: new URL(wasm, self.location.href).href,
    };
    if (threads !== null) settings.numThreads = threads;
  },

  async loadText(dtype: 'q8' | 'q4', device: 'wasm' | 'webgpu' = 'wasm'): Promise<void> {
    embedder = await pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2', { dtype, device });
  },

  /** Batches of 32 in the given order. */
  async embedTexts(texts: string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += 32) {
      const output = await embedder(texts.slice(start, start + 32), { pooling: 'mean', normalize: true });
      const [rows = 0, width = 0] = output.dims;
      for (let row = 0; row < rows; row++) {
        vectors.push((output.data as Float32Array).slice(row * width, (row + 1) * width));
      }
      output.dispose();
    }
    return vectors;
  },

  async loadTokenizer(): Promise<void> {
    tokenizer = await AutoTokenizer.from_pretrained(DECODER);
  },

  async loadDecoder(device: 'wasm' | 'webgpu'): Promise<void> {
    tokenizer = await AutoTokenizer.from_pretrained(DECODER);
    decoder = await AutoModelForCausalLM.from_pretrained(DECODER, { dtype: 'q4', device });
  },

  /** The beginning of the text with exactly this number of tokens. */
  cut(text: string, tokens: number): string {
    const ids = tokenizer.encode(text).slice(0, tokens);
    if (ids.length < tokens) throw new Error(`the text has only ${ids.length} tokens`);
    const beginning = tokenizer.decode(ids);
    if (tokenizer.encode(beginning).length !== tokens)
      throw new Error('the cut text has another number of tokens');
    return beginning;
  },

  /** Greedy. Times in ms: until the first token is known, and for each further one. */
  async generate(
    text: string,
    maxTokens: number,
  ): Promise<{ prefill: number; token: number; tokens: number }> {
    const times: number[] = [];
    const clock = new BaseStreamer();
    clock.put = () => times.push(performance.now()); // first the prompt, then token by token
    clock.end = () => {};
    const { input_ids, attention_mask } = tokenizer(text) as Record<'input_ids' | 'attention_mask', Tensor>;
    const budget = { max_new_tokens: maxTokens, do_sample: false };
    await decoder.generate({
      input_ids,
      attention_mask,
      ...budget,
      streamer: clock,
    } as unknown as GenerationArguments);
    const [start = 0, first = 0] = times;
    const tokens = times.length - 1;
    return { prefill: first - start, token: ((times.at(-1) ?? 0) - first) / (tokens - 1), tokens };
  },

  async loadVision(name: string, device: 'wasm' | 'webgpu'): Promise<void> {
    processor = await AutoProcessor.from_pretrained(`fixture/${name}`, {});
    visionEncoder = await CLIPVisionModelWithProjection.from_pretrained(`fixture/${name}`, {
      dtype: 'fp32',
      device,
    });
  },

  async embedImage(jpeg: Blob): Promise<Float32Array> {
    const image = await RawImage.fromBlob(jpeg);
    const { image_embeds } = await visionEncoder(await processor(image));
    return image_embeds.normalize(2, -1).data as Float32Array;
  },
};

export type Peer = typeof peer;
serve(peer);
