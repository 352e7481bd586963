/** Writes Parquet files, with a row group per thousand items and uncompressed vectors, since they do not compress. */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { IndexRecord, SpaceManifest } from '../../../src/shared/index-types.ts';
import { ARROW_SCHEMA_KEY, arrowSchema } from './arrow-schema.ts';
import { MANIFEST_KEY } from './manifest.ts';
import type { Batches } from './rows.ts';

/** A batch becomes a row group. */
export async function* writeParquet(manifest: SpaceManifest, batches: Batches) {
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: SCHEMA,
    createdBy: 'think-then-embed',
    kvMetadata: [
      { key: MANIFEST_KEY, value: JSON.stringify(manifest) },
      { key: ARROW_SCHEMA_KEY, value: arrowSchema(manifest.dimensions) },
    ],
  });
  const taken = () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  };
  for await (const batch of batches) {
    await parquet.write({ columnData: columnsOf(batch), rowGroupSize: batch.length });
    yield taken();
  }
  await parquet.finish();
  yield taken();
}

const text = (name: string, optional = false): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: optional ? 'OPTIONAL' : 'REQUIRED',
});

const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: 7 },
  text('id'),
  { name: 'vector', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  text('text'),
  { ...text('metadata'), converted_type: 'JSON' },
  text('trace', true),
  text('content_hash'),
  { name: 'added_at', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
];

function columnsOf(batch: readonly IndexRecord[]) {
  return [
    { name: 'id', data: batch.map(({ id }) => id) },
    {
      name: 'vector',
      data: batch.map(({ vector }) => Array.from(vector)),
      codec: 'UNCOMPRESSED' as const,
      encoding: 'PLAIN' as const,
      statistics: false,
    },
    { name: 'text', data: batch.map((record) => record.text) },
    { name: 'metadata', data: batch.map(({ metadata }) => metadata) },
    { name: 'trace', data: batch.map(({ trace }) => trace) },
    { name: 'content_hash', data: batch.map(({ contentHash }) => contentHash) },
    { name: 'added_at', data: batch.map(({ addedAt }) => new Date(addedAt)) },
  ];
}
