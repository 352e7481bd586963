import { expect, test } from 'vitest';
import { fileKind } from './file-kind.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

test.each([
  ['\xff\xd8\xff\xe1', 'JPEG'],
  ['\x89PNG\r\n\x1a\n', 'PNG'],
  ['GIF87a', 'GIF'],
  ['RIFF\x24\n\0\0WEBPVP8L', 'WebP'],
  ['RIFF\x24\n\0\0WAVEfmt ', null],
  ['BM\x46\x0a\0\n\0\0\0\0', 'BMP'],
  ['BMW is a make of cars.', null],
  ['\0\0\0\x1cftypavif', 'AVIF'],
  ['\0\0\0\x18ftypheix', 'HEIC'],
  ['\0\0\0\x18ftypmp42', null],
  ['MM\0*', 'TIFF'],
  ['\0\0\x01\0\x01\0', 'ICO'],
  ['\xff\x0a', 'JPEG_XL'],
  ['junk before\n%PDF-1.7', 'PDF'],
  [svg, 'SVG'],
  [`\xef\xbb\xbf <?xml version="1.0"?>\n<!-- <a> -->\n<!DOCTYPE svg [ <!ENTITY a "b"> ]>${svg}`, 'SVG'],
  [`<!-- made by hand -->${svg}`, 'SVG'],
  ['<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', 'SVG'],
  [`<!DOCTYPE html><p>${svg}`, null],
  [`<?xml version="1.0"?><html>${svg}</html>`, null],
  [`# How to write ${svg}`, null],
  ['', null],
])('%j is %s', (head, kind) => {
  expect(fileKind(bytes(head))).toBe(kind);
});

test('a long comment takes no longer than a short one', () => {
  const began = performance.now();
  expect(fileKind(bytes('<!-- -->'.repeat(500)))).toBeNull();
  expect(fileKind(bytes(' '.repeat(4096)))).toBeNull();
  expect(performance.now() - began).toBeLessThan(100);
});
