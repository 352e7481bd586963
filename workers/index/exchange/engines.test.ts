/** What other engines make of our files: each must give the top 10 that plain arithmetic gives. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { connect } from '@lancedb/lancedb';
import { Compression, readParquet, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportFormat } from '../../../src/shared/index-types.ts';
import { manifest, nearest, records, sourceOf } from '../../testing/records.ts';
import { exportFiles } from './export.ts';
import { openImport } from './import.ts';
import type { ImportedRecord } from './rows.ts';

// LanceDB is CommonJS and knows Arrow's tables by their class: this must be the copy that it loads.
const { tableFromIPC }: typeof import('apache-arrow') = createRequire(import.meta.url)('apache-arrow');

const all = records(2345);
const queries = records(5).map(({ vector }) => vector.toReversed());
const expected = queries.map((query) => nearest(all, query, 10));
/** Awkward on purpose: it must be quoted wherever it goes. */
const NAME = 'my "photos"';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function exported(format: ExportFormat): Promise<File> {
  const [file] = await exportFiles(format, sourceOf(all, NAME), new AbortController().signal);
  return file as File;
}

test('DuckDB reads the Parquet: same top 10, same fields, the manifest; and what it writes is read', async () => {
  const path = join(folder, 'a.parquet');
  await writeFile(path, await (await exported('parquet')).bytes());
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJson();

  const top = queries.map((query) =>
    rows(`SELECT id FROM '${path}' ORDER BY list_inner_product(vector, [${query}]::FLOAT[]) DESC LIMIT 10`),
  );
  expect((await Promise.all(top)).map((hits) => hits.map(({ id }) => id))).toEqual(expected);
  expect(
    await rows(`SELECT text, metadata->>'$.year' AS year, trace, content_hash, epoch_ms(added_at) AS at
                FROM '${path}' WHERE id = 'item 7'`),
  ).toEqual([
    {
      text: all[7]?.text,
      year: '2007',
      trace: 'trace 7',
      content_hash: all[7]?.contentHash,
      at: `${all[7]?.addedAt}`,
    },
  ]);
  const [kept] = await rows(
    `SELECT decode(value) AS json FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'think-then-embed'`,
  );
  expect(JSON.parse(String(kept?.json))).toEqual(manifest);

  const copy = join(folder, 'b.parquet');
  await db.run(`COPY (SELECT id, text, {'n': 1::BIGINT} AS metadata, vector FROM '${path}') TO '${copy}'`);
  const source = await openImport([new File([await readFile(copy)], 'b.parquet')]);
  expect(source.manifest).toBeNull();
  const batch: ImportedRecord[] = [];
  for await (const part of source.batches(5000)) batch.push(...part);
  expect(batch.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  expect(batch[3]).toMatchObject({
    vector: all[3]?.vector,
    text: all[3]?.text,
    metadata: { n: 1 },
    trace: null,
  });
});

test.each<[keyof typeof Compression]>([
  ['UNCOMPRESSED'],
  ['SNAPPY'],
  ['GZIP'],
  ['BROTLI'],
  ['LZ4_RAW'],
  ['ZSTD'],
])('Parquet that another tool compressed with %s is read', async (codec) => {
  const table = readParquet(await (await exported('parquet')).bytes());
  const properties = new WriterPropertiesBuilder().setCompression(Compression[codec]).build();
  const file = new File([writeParquet(table, properties).slice()], 'other.parquet');
  const batch: ImportedRecord[] = [];
  for await (const part of (await openImport([file])).batches(5000)) batch.push(...part);
  expect(batch).toEqual(all);
});

test('Parquet compressed by DuckDB is read', async () => {
  const path = join(folder, 'plain.parquet');
  await writeFile(path, await (await exported('parquet')).bytes());
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  for (const codec of ['zstd', 'gzip', 'brotli', 'lz4', 'lz4_raw', 'snappy', 'uncompressed']) {
    const copy = join(folder, `${codec}.parquet`);
    await db.run(`COPY (SELECT id, text FROM '${path}') TO '${copy}' (COMPRESSION ${codec})`);
    const ids: string[] = [];
    const { batches } = await openImport([new File([await readFile(copy)], 'copy.parquet')]);
    for await (const part of batches(5000)) ids.push(...part.map(({ id }) => id));
    expect(ids, codec).toEqual(all.map(({ id }) => id));
  }
});

test('PostgreSQL with pgvector takes the SQL: same top 10, same fields, the manifest', async () => {
  const db = await PGlite.create({ extensions: { vector } });
  await db.exec(await (await exported('sql')).text());
  const table = '"my ""photos"""';
  for (const [i, query] of queries.entries()) {
    const { rows } = await db.query<{ id: string }>(
      `SELECT id FROM ${table} ORDER BY vector <=> $1 LIMIT 10`,
      [`[${query}]`],
    );
    expect(rows.map(({ id }) => id)).toEqual(expected[i]);
  }
  const { rows } = await db.query<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY added_at`);
  expect(
    rows.map(({ vector: list, added_at, content_hash, ...rest }) => ({
      ...rest,
      vector: Float32Array.from(JSON.parse(list as string)),
      contentHash: content_hash,
      addedAt: (added_at as Date).getTime(),
    })),
  ).toEqual(all);
  const comment = await db.query<{ json: string }>(`SELECT obj_description('${table}'::regclass) AS json`);
  expect(JSON.parse(comment.rows[0]?.json ?? '')).toEqual(manifest);
  await db.close();
});

test("LanceDB opens the Parquet, read by Arrow's own reader: vectors of fixed length, same top 10", async () => {
  const parquet = await (await exported('parquet')).bytes();
  const arrow = tableFromIPC(readParquet(parquet).intoIPCStream());
  expect(String(arrow.schema.fields.find(({ name }) => name === 'vector')?.type)).toBe(
    'FixedSizeList[16]<Float32>',
  );

  const db = await connect(join(folder, 'lance'));
  const table = await db.createTable('photos', arrow);
  expect(await table.countRows()).toBe(all.length);
  for (const [i, query] of queries.entries()) {
    const hits: { id: string }[] = await table.vectorSearch(query).distanceType('cosine').limit(10).toArray();
    expect(hits.map(({ id }) => id)).toEqual(expected[i]);
  }
  db.close();
});
