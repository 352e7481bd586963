import { createEmbedder, type EmbedderOptions, isTteError } from 'think-then-embed';
import { openAiServer } from 'think-then-embed/reasoners/openai-server';
import { promptApi } from 'think-then-embed/reasoners/prompt-api';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export async function use(options: EmbedderOptions): Promise<number> {
  const embedder = await createEmbedder(options);
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  const isArray: Equal<typeof vector extends Float32Array ? true : false, true> = true;
  const isNotAny: Equal<0 extends 1 & typeof vector ? true : false, false> = true;
  return isArray && isNotAny ? vector.length : 0;
}
export { isTteError, openAiServer, promptApi };
