import { casual } from 'chrono-node/en';
import { afterEach, expect, test, vi } from 'vitest';
import { jpegFile, tiff } from '../../../e2e/harness/picture-files.ts';
import { compileFilter } from '../../../workers/index/filter.ts';
import { createFieldProfile } from '../../../workers/index/question/fields.ts';
import { asItIs } from '../../../workers/index/question/translate.ts';
import { understand } from '../../../workers/index/question/understand.ts';
import { itemOf } from '../sources.ts';

afterEach(() => vi.unstubAllEnvs());

const DAY = 86_400_000;
const modified = (text: string) => ({ lastModified: new Date(text).getTime() });
const metadataOf = async (file: File, path = file.name) => (await itemOf(file, path, {})).metadata;
const photo = (name: string, taken: string, make: string, model: string, changed: string) => {
  const exif = { main: { 271: make, 272: model }, exif: { 36867: taken } };
  return new File([jpegFile(400, 300, tiff(exif, 'II'))], name, { type: 'image/jpeg', ...modified(changed) });
};

test('a photograph: what it says of itself before what the folder says of it', async () => {
  const file = photo('a.jpg', '2026:07:14 18:30:00', 'Canon', 'Canon EOS 80D', '2026-09-01T10:00:00Z');
  expect(await metadataOf(file, 'travel/Rome/a.jpg')).toEqual({
    name: 'a.jpg',
    path: 'travel/Rome/a.jpg',
    folders: ['travel', 'Rome'],
    kind: 'image',
    type: 'image/jpeg',
    bytes: file.size,
    date: '2026-07-14T18:30:00',
    modified: '2026-09-01T10:00:00.000Z',
    camera: ['Canon', 'EOS 80D', 'Canon EOS 80D'],
    width: 400,
    height: 300,
  });
});

test('a file that was not taken has the date of its change, by the clock on the wall', async () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const file = new File(['rent'], 'note.txt', modified('2026-07-14T22:30:00Z'));
  expect(await metadataOf(file)).toEqual({
    name: 'note.txt',
    path: 'note.txt',
    kind: 'text',
    type: '',
    bytes: 4,
    date: '2026-07-15T00:30:00',
    modified: '2026-07-14T22:30:00.000Z',
  });
});

test.each([
  ['a.md', '', 'markdown'],
  ['a', 'text/markdown', 'markdown'],
  ['a.HTM', '', 'html'],
  ['a.csv', '', 'csv'],
  ['a.txt', 'text/plain', 'text'],
])('%s of type %j is %s', async (name, type, kind) => {
  expect((await metadataOf(new File(['text'], name, { type })))?.kind).toBe(kind);
});

test.each([[9e15], [-1], [Number.MAX_SAFE_INTEGER]])(
  'changed at %d: no date, rather than a failure',
  async (lastModified) => {
    const fields = await metadataOf(new File(['text'], 'a.txt', { lastModified }));
    expect(fields).toMatchObject({ name: 'a.txt', bytes: 4 });
    expect(fields).not.toHaveProperty('date');
    expect(fields).not.toHaveProperty('modified');
  },
);

test("the caller's fields replace those of the file", async () => {
  const file = new File(['text'], 'a.txt');
  const metadata = () => ({ kind: 'letter', date: '1999' });
  expect((await itemOf(file, 'a.txt', { metadata })).metadata).toMatchObject({
    name: 'a.txt',
    kind: 'letter',
    date: '1999',
  });
});

test('questions find files by what they say of themselves', async () => {
  const now = new Date(2026, 10, 28, 19);
  const text = (name: string, size: number, age: number) =>
    new File(['x'.repeat(size)], name, { lastModified: now.getTime() - age * DAY });
  const files: Record<string, File> = {
    'travel/summer.jpg': photo(
      'summer.jpg',
      '2026:07:14 18:30:00',
      'Canon',
      'Canon EOS 80D',
      '2026-11-20T10:00',
    ),
    'travel/winter.jpg': photo(
      'winter.jpg',
      '2025:12:30 12:00:00',
      'NIKON CORPORATION',
      'NIKON D750',
      '2026-07-20T10:00',
    ),
    'docs/invoices/large.txt': text('large.txt', 2_500_000, 5),
    'docs/invoices/rent.md': text('rent.md', 100, 400),
    'docs/notes/plan.txt': text('plan.txt', 100, 20),
  };
  const profile = createFieldProfile();
  const items = await Promise.all(Object.entries(files).map(([path, file]) => metadataOf(file, path)));
  for (const item of items) profile.add(item ?? {});
  const found = (question: string) => {
    const { where } = understand(asItIs(question), {
      fields: profile.fields(now),
      now,
      locale: 'en-US',
      chrono: casual,
    });
    expect(where).not.toEqual({});
    return items.filter((item) => compileFilter(where)(item ?? {})).map((item) => item?.name);
  };
  expect(found('photos of last summer')).toEqual(['summer.jpg']);
  expect(found('pictures taken in December 2025')).toEqual(['winter.jpg']);
  expect(found('pictures taken with a Canon')).toEqual(['summer.jpg']);
  expect(found('photos taken with my Canon EOS 80D')).toEqual(['summer.jpg']);
  expect(found('photos with the D750')).toEqual(['winter.jpg']);
  expect(found('files larger than 2 MB')).toEqual(['large.txt']);
  expect(found('letters in folder invoices')).toEqual(['large.txt', 'rent.md']);
  expect(found('markdown files about rent')).toEqual(['rent.md']);
  expect(found('notes older than 300 days')).toEqual(['rent.md']);
});
