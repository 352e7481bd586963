/** SQL for PostgreSQL with pgvector: one transaction that creates a table and fills it. */
import type { IndexRecord, JsonValue, SpaceManifest } from '../../../src/shared/index-types.ts';
import { type Batches, digits, rowOf } from './rows.ts';

/** Rows of one INSERT: few enough for every client's limit, many enough for speed. */
const ROWS_A_STATEMENT = 100;

/** @param name of the table */
export async function* writeSql(name: string, manifest: SpaceManifest, batches: Batches) {
  const table = `"${wellFormed(name).replaceAll('"', '""')}"`;
  yield `CREATE EXTENSION IF NOT EXISTS vector;
BEGIN;
CREATE TABLE ${table} (
  id text PRIMARY KEY,
  vector vector(${manifest.dimensions}) NOT NULL,
  text text NOT NULL,
  metadata jsonb NOT NULL,
  trace text,
  content_hash text NOT NULL,
  added_at timestamptz NOT NULL
);
COMMENT ON TABLE ${table} IS ${quoted(JSON.stringify(manifest))};
`;
  for await (const batch of batches) {
    for (let i = 0; i < batch.length; i += ROWS_A_STATEMENT) {
      const rows = batch.slice(i, i + ROWS_A_STATEMENT).map(valuesOf);
      yield `INSERT INTO ${table} VALUES\n${rows.join(',\n')};\n`;
    }
  }
  yield `COMMIT;
-- Exact: SELECT id, 1 - (vector <=> $1) AS score FROM ${table} ORDER BY vector <=> $1 LIMIT 10;
-- Approximate and faster, up to 2,000 dimensions: CREATE INDEX ON ${table} USING hnsw (vector vector_cosine_ops);
`;
}

function valuesOf(record: IndexRecord): string {
  const { id, text, metadata, trace, content_hash, added_at } = rowOf(record);
  const json = JSON.stringify(wellFormedJson(metadata));
  const values = [id, `[${Array.from(record.vector, digits)}]`, text, json, trace, content_hash, added_at];
  return `(${values.map((value) => (value === null ? 'NULL' : quoted(value))).join(', ')})`;
}

/** A string literal; backslashes are plain characters (`standard_conforming_strings`, on since 2011). */
function quoted(text: string): string {
  return `'${wellFormed(text).replaceAll("'", "''")}'`;
}

/** PostgreSQL knows neither NUL nor lone surrogates, in text or in JSON. */
function wellFormed(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}

function wellFormedJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormedJson);
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [wellFormed(key), wellFormedJson(v)]));
}
