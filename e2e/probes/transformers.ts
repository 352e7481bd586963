/** Greedy decoding by transformers.js with the same files, for comparison. */
import { AutoModelForCausalLM, AutoTokenizer, env, type Tensor } from '@huggingface/transformers';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

/** @returns the text generated for the chat prompt of the system text, if any, and the question */
export async function answer(
  model: string,
  dtype: 'fp32' | 'q4',
  messages: { role: string; content: string }[],
  maxTokens: number,
): Promise<{ text: string; ids: number[] }> {
  env.remoteHost = `${self.location.origin}/hub/`;
  env.allowLocalModels = false;
  env.useBrowserCache = false;
  env.useWasmCache = false; // it imports the glue as a blob, which the policy forbids
  const settings = env.backends.onnx.wasm;
  if (!settings) throw new Error('transformers.js has no WASM settings');
  settings.wasmPaths = {
    mjs: new URL(mjs, self.location.href).href,
    wasm: new URL(wasm, self.location.href).href,
  };
  const tokenizer = await AutoTokenizer.from_pretrained(model);
  const decoder = await AutoModelForCausalLM.from_pretrained(model, { dtype, device: 'wasm' });
  const inputs = tokenizer.apply_chat_template(messages, {
    add_generation_prompt: true,
    return_dict: true,
  }) as {
    input_ids: Tensor;
  };
  const output = (await decoder.generate({
    ...inputs,
    max_new_tokens: maxTokens,
    do_sample: false,
  } as Parameters<typeof decoder.generate>[0])) as Tensor;
  const ids = [...(output.data as BigInt64Array)].map(Number).slice(inputs.input_ids.dims[1]);
  return { ids, text: tokenizer.decode(ids, { skip_special_tokens: true }) };
}
