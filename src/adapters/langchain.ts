/** LangChain.js: embeddings, and a vector store backed by an index in this browser. Needs `@langchain/core`. */
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { Embeddings, type EmbeddingsParams } from '@langchain/core/embeddings';
import { maximalMarginalRelevance } from '@langchain/core/utils/math';
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from '@langchain/core/vectorstores';
import type { IndexItem, VectorIndex } from '../client/index-types.ts';
import type { Embedder } from '../client/types.ts';
import type { Metadata, MetadataFilter, SearchHit } from '../shared/index-types.ts';
import type { ThinkMode } from '../shared/types.ts';

/** @see ThinkThenEmbedEmbeddings */
export interface ThinkThenEmbedEmbeddingsParams extends EmbeddingsParams {
  embedder: Embedder;
  /** Think mode for queries. @default the embedder's default */
  think?: ThinkMode;
  /** One of `embedder.info.dimensions`. @default the model's full dimensions */
  dimensions?: number;
}

/**
 * LangChain's `Embeddings`: queries are embedded with role `query`, documents with role `document` and without a trace.
 *
 * @example
 * const embeddings = new ThinkThenEmbedEmbeddings({ embedder: await createEmbedder() });
 * const vector = await embeddings.embedQuery('a red bicycle');
 */
export class ThinkThenEmbedEmbeddings extends Embeddings {
  readonly #embedder: Embedder;
  readonly #query: { think?: ThinkMode; dimensions?: number };
  readonly #document: { dimensions?: number };

  constructor({ embedder, think, dimensions, ...params }: ThinkThenEmbedEmbeddingsParams) {
    super(params);
    this.#embedder = embedder;
    this.#document = dimensions === undefined ? {} : { dimensions };
    this.#query = think === undefined ? this.#document : { ...this.#document, think };
  }

  async embedQuery(text: string): Promise<number[]> {
    const { vector } = await this.#embedder.embed(text, { ...this.#query, role: 'query' });
    return Array.from(vector);
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    const options = { ...this.#document, role: 'document', think: 'never' } as const;
    const results = await this.#embedder.embedMany(texts, options);
    return results.map(({ vector }) => Array.from(vector));
  }
}

/** @see ThinkThenEmbedVectorStore */
export interface VectorStoreOptions {
  /** Think mode of searches: whether a ranking with a trace follows the quick one. @default the index's default */
  think?: ThinkMode;
}

/**
 * LangChain's `VectorStore` backed by a `VectorIndex`: stored in this browser, filtered by `MetadataFilter`, usable as a retriever.
 * `pageContent` is the item's text, `metadata` its metadata, `id` its id. Scores are cosines.
 *
 * @example
 * import { Document } from '@langchain/core/documents';
 * const embeddings = new ThinkThenEmbedEmbeddings({ embedder });
 * const store = new ThinkThenEmbedVectorStore(embeddings, await embedder.openIndex('notes'));
 * await store.addDocuments([new Document({ pageContent: 'Bees live in hives.', metadata: { topic: 'animals' } })]);
 * const retriever = store.asRetriever({ k: 4, filter: { topic: 'animals' } });
 */
export class ThinkThenEmbedVectorStore extends VectorStore {
  declare FilterType: MetadataFilter;
  readonly #index: VectorIndex;
  readonly #options: VectorStoreOptions;

  constructor(embeddings: ThinkThenEmbedEmbeddings, index: VectorIndex, options: VectorStoreOptions = {}) {
    super(embeddings, {});
    this.#index = index;
    this.#options = options;
  }

  _vectorstoreType(): string {
    return 'think-then-embed';
  }

  /** @returns ids in the order of the documents; a document without an id gets a random one */
  async addDocuments(documents: DocumentInterface[], options?: { ids?: string[] }): Promise<string[]> {
    return this.#add(documents.map((document, i) => itemOf(document, options?.ids?.[i])));
  }

  /** Stores existing vectors, which must be of the index's space. */
  async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options?: { ids?: string[] },
  ): Promise<string[]> {
    const items = documents.map((document, i) => ({
      ...itemOf(document, options?.ids?.[i]),
      vector: Float32Array.from(vectors[i] ?? []),
    }));
    return this.#add(items);
  }

  async #add(items: (IndexItem & { id: string })[]): Promise<string[]> {
    const { failed } = await this.#index.add(items);
    const [first] = failed;
    if (first) throw first.reason;
    return items.map(({ id }) => id);
  }

  override async delete(params: { ids?: string[]; filter?: MetadataFilter } = {}): Promise<void> {
    if (params.ids) await this.#index.delete(params.ids);
    if (params.filter) await this.#index.delete({ where: params.filter });
  }

  async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: MetadataFilter,
  ): Promise<[DocumentInterface, number][]> {
    const { hits } = await this.#index.search(
      { vector: Float32Array.from(query) },
      { topK: k, think: 'never', ...(filter && { where: filter }) },
    );
    return hits.map(scored);
  }

  override async similaritySearchWithScore(
    query: string,
    k = 4,
    filter?: MetadataFilter,
  ): Promise<[DocumentInterface, number][]> {
    const { hits } = await this.#index.search(
      { text: query },
      { ...this.#options, topK: k, ...(filter && { where: filter }) },
    );
    return hits.map(scored);
  }

  override async similaritySearch(
    query: string,
    k = 4,
    filter?: MetadataFilter,
  ): Promise<DocumentInterface[]> {
    return (await this.similaritySearchWithScore(query, k, filter)).map(([document]) => document);
  }

  override async maxMarginalRelevanceSearch(
    query: string,
    { k, fetchK = 20, lambda = 0.5, filter }: MaxMarginalRelevanceSearchOptions<MetadataFilter>,
    _callbacks?: unknown,
  ): Promise<DocumentInterface[]> {
    const wanted = await this.embeddings.embedQuery(query);
    const found = (await this.similaritySearchVectorWithScore(wanted, fetchK, filter)).map(
      ([document]) => document,
    );
    const vectors = await Promise.all(found.map(({ id }) => this.#index.vector(id as string)));
    const chosen = maximalMarginalRelevance(
      wanted,
      vectors.map((vector) => Array.from(vector ?? [])),
      lambda,
      k,
    );
    return chosen.map((i) => found[i] as DocumentInterface);
  }
}

function itemOf(
  { id, pageContent, metadata }: DocumentInterface,
  named?: string,
): IndexItem & { id: string } {
  return { id: named ?? id ?? randomId(), text: pageContent, metadata: metadata as Metadata };
}

/** `crypto.randomUUID` is not available to pages on plain HTTP. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const scored = (hit: SearchHit): [DocumentInterface, number] => [
  new Document({ id: hit.id, pageContent: hit.text, metadata: hit.metadata }),
  hit.score,
];
