/** LlamaIndex.TS: a `BaseEmbedding` that uses an embedder. Needs `@llamaindex/core`. */
import { BaseEmbedding } from '@llamaindex/core/embeddings';
import type { MessageContentDetail } from '@llamaindex/core/llms';
import type { Embedder } from '../client/types.ts';
import type { ThinkMode } from '../shared/types.ts';

/** @see ThinkThenEmbedEmbedding */
export interface ThinkThenEmbedEmbeddingParams {
  embedder: Embedder;
  /** Think mode for queries. @default the embedder's default */
  think?: ThinkMode;
}

/**
 * Texts are embedded with role `document` and without a trace, queries with role `query`; a query may contain a picture (`image_url`).
 *
 * @example
 * import { Settings } from '@llamaindex/core/global';
 * Settings.embedModel = new ThinkThenEmbedEmbedding({ embedder: await createEmbedder() });
 */
export class ThinkThenEmbedEmbedding extends BaseEmbedding {
  readonly #embedder: Embedder;
  readonly #think: { think?: ThinkMode };

  constructor({ embedder, think }: ThinkThenEmbedEmbeddingParams) {
    super();
    this.#embedder = embedder;
    this.#think = think === undefined ? {} : { think };
  }

  async getTextEmbedding(text: string): Promise<number[]> {
    const [vector] = await this.getTextEmbeddings([text]);
    return vector as number[];
  }

  override getTextEmbeddings = async (texts: string[]): Promise<number[][]> => {
    const results = await this.#embedder.embedMany(texts, { role: 'document', think: 'never' });
    return results.map(({ vector }) => Array.from(vector));
  };

  override async getQueryEmbedding(query: MessageContentDetail): Promise<number[] | null> {
    const options = { ...this.#think, role: 'query' as const };
    if (query.type === 'text') {
      const { vector } = await this.#embedder.embed(query.text, options);
      return Array.from(vector);
    }
    if (query.type === 'image_url') {
      const { vector } = await this.#embedder.embed({ image: query.image_url.url }, options);
      return Array.from(vector);
    }
    return null; // as LlamaIndex asks of kinds that a model cannot embed
  }
}
