import { expect, test } from 'vitest';
import { TteError } from '../../../src/shared/errors.ts';
import type { ExportFormat, IndexRecord } from '../../../src/shared/index-types.ts';
import { manifest, records, sourceOf } from '../../testing/records.ts';
import { exportFiles } from './export.ts';
import { openImport } from './import.ts';
import { rejectForeignSpace } from './manifest.ts';
import type { ImportedRecord } from './rows.ts';

const never = new AbortController().signal;
const all = records(2345);

async function read(files: readonly Blob[], size = 900): Promise<ImportedRecord[]> {
  const back: ImportedRecord[] = [];
  for await (const batch of (await openImport(files)).batches(size)) {
    expect(batch.length).toBeLessThanOrEqual(size);
    back.push(...batch);
  }
  return back;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => (error instanceof TteError ? `${error.code}: ${error.message}` : error),
  );

test.each<[ExportFormat, string[]]>([
  ['parquet', ['photos.parquet']],
  ['jsonl', ['photos.jsonl']],
  ['npy', ['photos.npy', 'photos.ids.jsonl']],
])('%s: what goes out comes back, bit for bit', async (format, names) => {
  const files = await exportFiles(format, sourceOf(all), never);
  expect(files.map(({ name }) => name)).toEqual(names);
  const source = await openImport(files.toReversed());
  expect(source.manifest).toEqual(manifest);
  expect(source.count).toBe(format === 'jsonl' ? null : all.length);
  expect(await read(files)).toEqual(all);
});

test.each<ExportFormat>(['parquet', 'jsonl', 'npy'])(
  '%s: an empty index goes out and comes back',
  async (format) => {
    const files = await exportFiles(format, sourceOf([]), never);
    expect((await openImport(files)).manifest).toEqual(manifest);
    expect(await read(files)).toEqual([]);
  },
);

test('an aborted export ends with the typed error', async () => {
  const signal = AbortSignal.abort('enough');
  expect(await codeOf(exportFiles('jsonl', sourceOf(all), signal))).toMatch(/^aborted/);
});

test('another space, and a file that names none, are refused with both names', () => {
  const other = { ...manifest, space: 'other@2/q4/16/never#11111111' };
  expect(() => rejectForeignSpace(manifest, manifest)).not.toThrow();
  expect(() => rejectForeignSpace(manifest, other)).toThrow(/other@2.*tiny@1/);
  expect(() => rejectForeignSpace(manifest, null)).toThrow(
    expect.objectContaining({ code: 'space-mismatch', message: expect.stringContaining(manifest.space) }),
  );
});

test('JSON Lines with a byte order mark, CRLF and empty lines are read as without', async () => {
  const [file] = (await exportFiles('jsonl', sourceOf(all.slice(0, 3)), never)) as [File];
  const text = `\ufeff${(await file.text()).replaceAll('\n', '\r\n')}\r\n\r\n`;
  expect(await read([new File([text], 'f.jsonl')])).toEqual(all.slice(0, 3));
});

const line = (fields: object) =>
  JSON.stringify({ id: 'a', vector: Array.from(all[0]?.vector ?? []), text: 't', ...fields });
const jsonl = (...lines: string[]) =>
  new File([[JSON.stringify({ manifest }), ...lines].join('\n')], 'f.jsonl');
const flipped = async (file: File, at: number) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  bytes[at] = (bytes[at] as number) ^ 0xff;
  return new File([bytes], file.name);
};

test.each<[string, () => Blob[], RegExp]>([
  ['no file', () => [], /invalid-input: pass one file/],
  [
    'a picture',
    () => [new File([new Uint8Array([0x89, 0x50, 0xff, 0xd8])], 'a.png')],
    /invalid-input: a.png: not UTF-8/,
  ],
  ['not JSON', () => [jsonl(line({}), '{"id": ')], /invalid-input: f.jsonl, line 3: not JSON/],
  ['no object', () => [jsonl('[1]')], /invalid-input: f.jsonl, line 2: not an object/],
  ['no id', () => [jsonl(line({ id: null }))], /line 2: "id"/],
  ['an id with half a character', () => [jsonl(line({ id: 'a\ud800' }))], /line 2: "id"/],
  ['an id with NUL', () => [jsonl(line({ id: 'a\0' }))], /line 2: "id"/],
  ['text of another kind', () => [jsonl(line({ text: 3 }))], /line 2: "text"/],
  ['metadata of another kind', () => [jsonl(line({ metadata: [1] }))], /line 2: "metadata"/],
  ['no time', () => [jsonl(line({ added_at: 'soon' }))], /line 2: "added_at"/],
  ['a shorter vector', () => [jsonl(line({ vector: [1] }))], /line 2: "vector" must be 16 numbers/],
  ['a vector of length 4', () => [jsonl(line({ vector: Array(16).fill(1) }))], /line 2: "vector"/],
  ['a vector of words', () => [jsonl(line({ vector: Array(16).fill('x') }))], /line 2: "vector"/],
  ['half a manifest', () => [new File(['{"manifest": {"format": 1}}'], 'f')], /invalid-input: f, line 1/],
  ['a later manifest', () => [new File(['{"manifest": {"format": 2}}'], 'f')], /unsupported: f, line 1/],
  ['a Parquet head alone', () => [new File(['PAR1 and so on'], 'f.parquet')], /invalid-input: f.parquet/],
  [
    'an npy alone',
    () => [new File([new Uint8Array([0x93]), 'NUMPY'], 'f.npy')],
    /invalid-input: an npy file is read/,
  ],
  ['two tables', () => [jsonl(), jsonl()], /invalid-input: pass one file/],
])('refused with a typed error: %s', async (_what, files, message) => {
  expect(await codeOf(read(files()))).toMatch(message);
});

test('a Parquet file that is cut, or damaged in its vectors or its footer, is refused', async () => {
  const [file] = (await exportFiles('parquet', sourceOf(all), never)) as [File];
  expect(await codeOf(read([file.slice(0, -100)]))).toMatch(/^invalid-input: the file/);
  const numbers = new Uint8Array((all[1000] as IndexRecord).vector.buffer);
  const exponentAt = Buffer.from(await file.arrayBuffer()).indexOf(numbers) + 3;
  expect(await codeOf(read([await flipped(file, exponentAt)]))).toMatch(
    /^invalid-input: photos.parquet, row 1000/,
  );
  expect(await codeOf(read([await flipped(file, file.size - 8)]))).toMatch(/^invalid-input: photos.parquet/);
});

test('an npy that does not fit its ids is refused, and 64-bit floats are read', async () => {
  const [matrix, ids] = (await exportFiles('npy', sourceOf(all), never)) as [File, File];
  const [, fewer] = (await exportFiles('npy', sourceOf(all.slice(1)), never)) as [File, File];
  expect(await codeOf(read([matrix, fewer]))).toMatch(/^invalid-input: .*another number of ids/);
  expect(await codeOf(read([matrix.slice(0, -4), ids]))).toMatch(/^invalid-input: .*another length/);

  const doubles = Float64Array.from(all.slice(0, 2).flatMap(({ vector }) => [...vector]));
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 16), }".padEnd(117);
  const start = Uint8Array.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, (c) => c.charCodeAt(0));
  const back = await read([new Blob([start, doubles]), new Blob(['"a"\n7\n'])]);
  expect(back.map(({ id }) => id)).toEqual(['a', '7']);
  expect(back[1]?.vector).toEqual(all[1]?.vector);
});
