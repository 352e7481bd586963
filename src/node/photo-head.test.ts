/** The built-in model's two embedding heads: what is embedded by the photographs' own. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../workers/embedder/vector.ts';
import type { Embedder, EmbedInput } from '../client/types.ts';
import { createEmbedder } from './index.ts';

/** Milliseconds: a busy machine is slow, not wrong. */
const PATIENCE = 240_000;
const MODEL = 'public/models/pico';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-photo-head-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const sample = (name: string) => `public/samples/${name}.webp`;
const PHOTO = sample('photo-camera');

describe('beside the same model with one head', { timeout: PATIENCE }, () => {
  let own: Embedder;
  let single: Embedder;
  beforeAll(async () => {
    own = await createEmbedder({ dataDir, cache: { vectors: 0 } });
    single = await createEmbedder({ dataDir, model: withOneHead(), cache: { vectors: 0 } });
  }, PATIENCE);
  afterAll(() => Promise.all([own?.dispose(), single?.dispose()]));

  async function likeness(input: EmbedInput, think: 'never' | 'answer' = 'never'): Promise<number> {
    const [a, b] = [await own.embed(input, { think }), await single.embed(input, { think })];
    return cosine(a.vector, b.vector);
  }

  test.each(['never', 'answer'] as const)('a photograph alone has another vector (%s)', async (think) => {
    expect(await likeness({ image: PHOTO }, think)).toBeLessThan(0.99);
  });

  test.each<[string, EmbedInput]>([
    ['a drawing', { image: sample('bear') }],
    ['a text', { text: 'a man with a camera' }],
    ['a question about a photograph', { image: PHOTO, text: 'what is left of the camera ?' }],
    ['a photograph with an instruction', { image: PHOTO, instruction: 'represent the picture' }],
    ['several photographs', { frames: [PHOTO, sample('photo-coffee')] }],
  ])('%s has the same', async (_, input) => {
    expect(await likeness(input)).toBeGreaterThan(0.999999);
  });
});

/** A copy of the built-in model's folder whose descriptor names no head for photographs. */
function withOneHead(): string {
  const folder = join(dataDir, 'one-head');
  const files = readdirSync(MODEL, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const { parentPath, name } of files) {
    const to = join(folder, parentPath.slice(MODEL.length), name);
    mkdirSync(dirname(to), { recursive: true });
    if (name !== 'tte.json') symlinkSync(resolve(parentPath, name), to);
  }
  const { golden: _, ...descriptor } = JSON.parse(readFileSync(join(MODEL, 'tte.json'), 'utf8'));
  const { photo_head: __, ...sessions } = descriptor.sessions;
  writeFileSync(join(folder, 'tte.json'), JSON.stringify({ ...descriptor, sessions }));
  return folder;
}
