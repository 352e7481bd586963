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

test('captions without a word and files that are not there are left out, crowds are kept apart', () => {
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
    { url: '/data/captioned/a%20b.jpg', captions: [], things: [], crowds: [] },
    { url: '/data/captioned/b.jpg', captions: ['a dog'], things: [], crowds: [] },
  ]);
  const categories = [{ id: 7, name: 'dog', supercategory: 'animal' }];
  const boxes = [
    { image_id: 2, category_id: 7, bbox: [20, 30, 10, 60] },
    { image_id: 2, category_id: 7, bbox: [0, 0, 9, 9], iscrowd: 1 },
    { image_id: 2, category_id: 8, bbox: [0, 0, 9, 9] },
  ];
  const sizes = [{ id: 2, file_name: 'b.jpg', width: 40, height: 120 }];
  write('instances.json', JSON.stringify({ images: sizes, categories, annotations: boxes }));
  expect(captionedIn(folder)[1]?.things).toEqual([
    { name: 'dog', kind: 'animal', box: { x: 0.5, y: 0.25, width: 0.25, height: 0.5 } },
  ]);
  expect(captionedIn(folder)[1]?.crowds).toMatchObject([{ name: 'dog' }]);
  // Boxes without a size of their picture still tell how many there are of what.
  write('instances.json', JSON.stringify({ categories, annotations: [{ image_id: 2, category_id: 7 }] }));
  expect(captionedIn(folder)[1]?.things).toMatchObject([{ name: 'dog', box: { width: 0, height: 0 } }]);
});
