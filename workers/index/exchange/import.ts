/** Reads records from files. */
import { TteError } from '../../../src/shared/errors.ts';
import type { SpaceManifest } from '../../../src/shared/index-types.ts';
import { openJsonl } from './jsonl.ts';
import { openNpy } from './npy.ts';
import { bytesOfBlob, openParquet } from './parquet-in.ts';
import { type ImportedRecord, vectorOf } from './rows.ts';

export interface ImportSource {
  /** Null if the file has no manifest, for example because another tool wrote it. */
  manifest: SpaceManifest | null;
  /** Number of records; null if it is known only after reading the whole file. */
  count: number | null;
  /** Errors in the file are thrown here with code 'invalid-input', naming file and position. */
  batches(size: number): AsyncIterable<ImportedRecord[]>;
}

/**
 * Detects the format from the first bytes: Parquet, npy (together with its ids, a JSON Lines file), JSON Lines.
 * @throws TteError invalid-input: none of these, damaged, or the wrong number of files · unsupported
 */
export async function openImport(files: readonly Blob[]): Promise<ImportSource> {
  const kinds = await Promise.all(files.map(async (file) => ({ file, kind: await kindOf(file) })));
  const matrix = kinds.find(({ kind }) => kind === 'npy')?.file;
  const [first, second] = kinds;
  if (matrix !== undefined) {
    const ids = kinds.find(({ kind }) => kind === 'jsonl')?.file;
    if (ids === undefined || files.length !== 2) {
      throw new TteError('invalid-input', 'an npy file is read together with its .ids.jsonl, and no others');
    }
    return openMatrix(matrix, ids);
  }
  if (first === undefined || second !== undefined) {
    throw new TteError('invalid-input', 'pass one file, or an npy file with its .ids.jsonl');
  }
  const name = nameOf(first.file);
  if (first.kind === 'parquet') return openParquet(bytesOfBlob(first.file), name);
  return { count: null, ...(await openJsonl(first.file, name)) };
}

async function openMatrix(matrix: Blob, ids: Blob): Promise<ImportSource> {
  const { count, dimensions, rows } = await openNpy(matrix, nameOf(matrix));
  const beside = await openJsonl(ids, nameOf(ids));
  const { manifest } = beside;

  async function* batches(size: number): AsyncGenerator<ImportedRecord[]> {
    const uneven = () =>
      new TteError(
        'invalid-input',
        `${nameOf(matrix)} has ${count} vectors, ${nameOf(ids)} another number of ids`,
      );
    let at = 0;
    for await (const records of beside.batches(size)) {
      if (at + records.length > count) throw uneven();
      const vectors = await rows(at, at + records.length);
      const from = at;
      yield records.map((record, i) => ({
        ...record,
        vector: vectorOf(vectors[i], `${nameOf(matrix)}, row ${from + i}`, manifest && dimensions),
      }));
      at += records.length;
    }
    if (at !== count) throw uneven();
  }

  if (manifest !== null && manifest.dimensions !== dimensions) {
    throw new TteError(
      'invalid-input',
      `${nameOf(matrix)} has vectors of ${dimensions} dimensions, ${nameOf(ids)} tells of ${manifest.dimensions}`,
    );
  }
  return { manifest, count, batches };
}

async function kindOf(file: Blob): Promise<'parquet' | 'npy' | 'jsonl'> {
  const start = new Uint8Array(await file.slice(0, 6).arrayBuffer());
  const magic = String.fromCharCode(...start);
  if (magic.startsWith('PAR1')) return 'parquet';
  return magic === '\x93NUMPY' ? 'npy' : 'jsonl';
}

function nameOf(file: Blob): string {
  return file instanceof File ? file.name : 'the file';
}
