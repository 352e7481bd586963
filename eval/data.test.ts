import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captionedIn } from './data.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tte-eval-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (file: string, content: string) => writeFileSync(join(folder, file), content);

test('captions without a word, crowds and files that are not there are left out', () => {
  write('b.jpg', '');
  write('a b.jpg', '');
  const images = [
    { id: 2, file_name: 'b.jpg' },
    { id: 1, file_name: 'a b.jpg' },
    { id: 3, file_name: 'gone.jpg' },
  ];
  const annotations = [
    { image_id: 2, caption: ' a dog \n' },
    { image_id: 2, caption: '  ' },
    { image_id: 1, caption: '' },
  ];
  write('captions.json', JSON.stringify({ images, annotations }));
  expect(captionedIn(folder)).toEqual([
    { url: '/data/captioned/a%20b.jpg', captions: [], things: [] },
    { url: '/data/captioned/b.jpg', captions: ['a dog'], things: [] },
  ]);
  const categories = [{ id: 7, name: 'dog' }];
  const boxes = [
    { image_id: 2, category_id: 7 },
    { image_id: 2, category_id: 7, iscrowd: 1 },
    { image_id: 2, category_id: 8 },
  ];
  write('instances.json', JSON.stringify({ categories, annotations: boxes }));
  expect(captionedIn(folder)[1]?.things).toEqual(['dog']);
});
