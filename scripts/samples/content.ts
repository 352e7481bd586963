/** What of a sample is embedded. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleItem } from '../../demo/ingest/sample-items.ts';
import { root } from '../paths.ts';

export type Content = { text: string } | { image: Uint8Array<ArrayBuffer> };

export function contentOf({ text = '', file }: SampleItem): Content {
  return file === undefined
    ? { text }
    : { image: new Uint8Array(readFileSync(join(root, 'public/samples', file))) };
}

export function hashOf(content: Content): string {
  return createHash('sha256')
    .update('text' in content ? content.text : content.image)
    .digest('hex');
}
