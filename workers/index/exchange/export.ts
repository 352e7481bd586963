/** Exports an index to files. */
import type { ExportFormat, IndexRecord, SpaceManifest } from '../../../src/shared/index-types.ts';
import { throwIfAborted } from '../../storage/aborted.ts';
import { yieldToEventLoop } from '../../yield-to-event-loop.ts';
import { writeJsonl } from './jsonl.ts';
import { writeNpy } from './npy.ts';
import { writeParquet } from './parquet-out.ts';
import type { Batches } from './rows.ts';
import { writeSql } from './sql.ts';

export interface ExportSource {
  /** Base name of the files, and name of the SQL table. */
  name: string;
  manifest: SpaceManifest;
  /** Number of records. */
  count: number;
  /** Yields all records in batches of any size; may be called repeatedly. */
  records(): Batches;
}

/** Items between two checks of the signal; also the size of a Parquet row group. */
const GROUP = 1000;

/**
 * One file; with `npy` two, the matrix and `{name}.ids.jsonl`, whose lines are the items in the matrix' order. A batch at a time is in
 * this memory, finished parts are the browser's (Blobs).
 * @throws TteError aborted
 */
export async function exportFiles(
  format: ExportFormat,
  source: ExportSource,
  signal: AbortSignal,
): Promise<File[]> {
  const { name, manifest, count } = source;
  const groups = () => groupsOf(GROUP, source.records(), signal);
  switch (format) {
    case 'parquet':
      return [
        await fileOf(`${name}.parquet`, 'application/vnd.apache.parquet', writeParquet(manifest, groups())),
      ];
    case 'jsonl':
      return [await fileOf(`${name}.jsonl`, 'application/jsonl', writeJsonl(manifest, groups(), true))];
    case 'sql':
      return [await fileOf(`${name}.sql`, 'application/sql', writeSql(name, manifest, groups()))];
    case 'npy':
      return [
        await fileOf(
          `${name}.npy`,
          'application/octet-stream',
          writeNpy(count, manifest.dimensions, groups()),
        ),
        await fileOf(`${name}.ids.jsonl`, 'application/jsonl', writeJsonl(manifest, groups(), false)),
      ];
  }
}

async function* groupsOf(size: number, batches: Batches, signal: AbortSignal): AsyncGenerator<IndexRecord[]> {
  let group: IndexRecord[] = [];
  for await (const batch of batches) {
    for (const record of batch) {
      group.push(record);
      if (group.length < size) continue;
      yield group;
      group = [];
      await yieldToEventLoop();
      throwIfAborted(signal);
    }
  }
  throwIfAborted(signal);
  if (group.length > 0) yield group;
}

async function fileOf(
  name: string,
  type: string,
  parts: AsyncIterable<string | Uint8Array<ArrayBuffer>>,
): Promise<File> {
  const blobs: Blob[] = [];
  for await (const part of parts) blobs.push(new Blob([part]));
  return new File(blobs, name, { type });
}
