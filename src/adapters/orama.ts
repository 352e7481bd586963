/** A plugin for Orama that embeds documents on insert and search terms on vector and hybrid search. */
import type { Embedder } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import type { ThinkMode } from '../shared/types.ts';

export interface OramaPluginOptions {
  embedder: Embedder;
  /** Schema property of type `vector[N]`, N being the embedder's dimensions. @default 'embedding' */
  property?: string;
  /** Text properties that are embedded together, joined by newlines. Nested ones are named `a.b`. */
  textProperties: readonly string[];
  /** Think mode for search terms. @default the embedder's default */
  think?: ThinkMode;
}

type OramaDocument = Record<string, unknown>;
/** The part of Orama's search parameters that the plugin reads and sets. */
interface OramaSearch {
  mode?: string;
  term?: string;
  vector?: { value: number[] | Float32Array; property: string };
}

/** Structurally Orama's `OramaPlugin`. */
export interface ThinkThenEmbedOramaPlugin {
  name: string;
  beforeInsert(db: unknown, id: string, document: OramaDocument): Promise<void>;
  beforeInsertMultiple(db: unknown, documents: OramaDocument[]): Promise<void>;
  beforeSearch(db: unknown, params: OramaSearch): Promise<void>;
}

/**
 * @example
 * import { create, insert, search } from '@orama/orama';
 * const db = create({
 *   schema: { title: 'string', embedding: 'vector[384]' },
 *   plugins: [oramaPlugin({ embedder, textProperties: ['title'] })],
 * });
 * await insert(db, { title: 'Bees live in hives.' });
 * await search(db, { term: 'where do bees live', mode: 'hybrid' });
 */
export function oramaPlugin({
  embedder,
  property = 'embedding',
  textProperties,
  think,
}: OramaPluginOptions): ThinkThenEmbedOramaPlugin {
  if (textProperties.length === 0) {
    throw new TteError('invalid-input', 'textProperties: name at least one property to embed.');
  }

  /** Embeds documents with a text, except those that already have a vector. */
  async function embedAll(documents: OramaDocument[]): Promise<void> {
    const missing = documents
      .filter((document) => document[property] === undefined)
      .map((document) => ({ document, text: textOf(document, textProperties) }))
      .filter(({ text }) => text !== '');
    if (missing.length === 0) return;
    const texts = missing.map(({ text }) => text);
    const results = await embedder.embedMany(texts, { role: 'document', think: 'never' });
    for (const [i, { document }] of missing.entries())
      document[property] = Array.from(results[i]?.vector ?? []);
  }

  // Orama awaits a hook only if it is written as an async function.
  return {
    name: 'think-then-embed',
    async beforeInsert(_db, _id, document) {
      await embedAll([document]);
    },
    async beforeInsertMultiple(_db, documents) {
      await embedAll(documents);
    },
    async beforeSearch(_db, params) {
      if (params.mode !== 'vector' && params.mode !== 'hybrid') return;
      if (params.vector?.value || !params.term) return;
      const { vector } = await embedder.embed(
        { text: params.term },
        { role: 'query', ...(think !== undefined && { think }) },
      );
      params.vector = { value: vector, property: params.vector?.property ?? property };
    },
  };
}

function textOf(document: OramaDocument, properties: readonly string[]): string {
  const texts = properties.map((path) =>
    path.split('.').reduce<unknown>((value, key) => (value as OramaDocument | undefined)?.[key], document),
  );
  return texts.filter((text) => typeof text === 'string' && text !== '').join('\n');
}
