/** Reads Parquet files, ours and others' with columns of the same names, one row group at a time. */
import { type Compressors, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { isTteError } from '../../../src/shared/errors.ts';
import { MANIFEST_KEY, parseManifest, unreadableFile } from './manifest.ts';
import { type ImportedRecord, recordOf } from './rows.ts';

const COLUMNS = ['id', 'vector', 'text', 'metadata', 'trace', 'content_hash', 'added_at'];

/** A file that can be read in pieces. */
export interface ByteSource {
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

export function bytesOfBlob(blob: Blob): ByteSource {
  return { byteLength: blob.size, slice: (start, end) => blob.slice(start, end).arrayBuffer() };
}

/** @throws TteError invalid-input: damaged, or without a column `id` · unsupported: compressed in a way of its own (LZO) */
export async function openParquet(file: ByteSource, name: string) {
  const unreadable = (error: unknown): never => {
    throw isTteError(error) ? error : unreadableFile(name, 'Parquet', error);
  };
  const metadata = await parquetMetadataAsync(file).catch(unreadable);
  const noted = metadata.key_value_metadata?.find(({ key }) => key === MANIFEST_KEY)?.value;
  const manifest = noted === undefined ? null : parseManifest(parseJson(noted), name);
  const present = new Set(
    metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0]),
  );
  const columns = COLUMNS.filter((column) => present.has(column));
  const compressors = await compressorsFor(metadata, columns);

  async function* batches(size: number): AsyncGenerator<ImportedRecord[]> {
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        columns,
        compressors,
        rowStart,
        rowEnd,
      }).catch(unreadable);
      const first = rowStart;
      const records = rows.map((row, i) =>
        recordOf(
          { ...row, metadata: plain(row.metadata) },
          `${name}, row ${first + i}`,
          manifest?.dimensions ?? null,
        ),
      );
      for (let i = 0; i < records.length; i += size) yield records.slice(i, i + size);
      rowStart = rowEnd;
    }
  }

  return { manifest, count: Number(metadata.num_rows), batches };
}

/** hyparquet itself decodes Snappy; the other codecs are loaded for a file that needs them. */
async function compressorsFor(metadata: FileMetaData, columns: readonly string[]): Promise<Compressors> {
  const codecs = metadata.row_groups.flatMap((group) =>
    group.columns.flatMap(({ meta_data }) =>
      meta_data && columns.includes(meta_data.path_in_schema[0] ?? '') ? [meta_data.codec] : [],
    ),
  );
  if (codecs.every((codec) => codec === 'UNCOMPRESSED' || codec === 'SNAPPY')) return {};
  return (await import('./parquet-codecs.ts')).codecs;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Metadata as JSON: others write it as text, or as a struct, whose integers arrive as bigints. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return parseJson(value);
  return JSON.parse(JSON.stringify(value ?? null, (_key, v) => (typeof v === 'bigint' ? Number(v) : v)));
}
