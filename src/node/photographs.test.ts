/** Photographs in Node with the built-in model: its object detector against its own file run natively, and what traces say. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dot, mix } from '../../workers/embedder/vector.ts';
import type { Embedder } from '../client/types.ts';
import type { Box, Trace } from '../shared/types.ts';
import { createEmbedder } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-photos-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Milliseconds: a busy machine is slow, not wrong. */
const PATIENCE = 240_000;

const sample = (name: string) => `public/samples/${name}.webp`;
const DRAWING = sample('bear');

/** By the detector's file in onnxruntime for Python (training/pico/detect.py): x, y, width, height in shares of the picture. */
const NATIVE = {
  'photo-camera': [['person', 0.8931, [0.0071, 0.1309, 0.6252, 0.8677]]],
  'photo-coffee': [['dining table', 0.5202, [0.0135, 0.0099, 0.985, 0.9871]]],
  // A dog is seen in the same place, less surely: one thing has one name.
  'photo-chelsea': [['cat', 0.5072, [0.0065, 0.0039, 0.9686, 0.9765]]],
} as const;
const SIZES = {
  'photo-camera': [320, 320],
  'photo-coffee': [320, 213],
  'photo-chelsea': [320, 212],
} as const;

describe('the built-in model', { timeout: PATIENCE }, () => {
  let tte: Embedder;
  beforeAll(async () => {
    tte = await createEmbedder({ dataDir, cache: { vectors: 0 } });
  }, PATIENCE);
  afterAll(() => tte?.dispose());

  test.each(Object.entries(NATIVE))('%s: the objects of the native run, in pixels', async (name, native) => {
    const [width, height] = SIZES[name as keyof typeof SIZES];
    const trace = await tte.think({ image: sample(name) }, { think: 'answer' });
    const found = trace?.objects ?? [];
    expect(found.map((object) => object.name)).toEqual(native.map(([label]) => label));
    for (const [i, [, score, [x, y, w, h]]] of native.entries()) {
      const object = found[i] as (typeof found)[number];
      expect(object.score).toBeCloseTo(score, 2);
      expect(Math.abs(object.box.x - x * width)).toBeLessThan(1);
      expect(Math.abs(object.box.y - y * height)).toBeLessThan(1);
      expect(Math.abs(object.box.width - w * width)).toBeLessThan(1);
      expect(Math.abs(object.box.height - h * height)).toBeLessThan(1);
    }
    expect(trace?.answer).toMatch(new RegExp(`(^|; )a ${native[0][0]}`));
  });

  test('auto thinks about a photograph, and about no drawing', async () => {
    const photo = { image: sample('photo-coffee') };
    const [seen, drawn] = [await tte.embed(photo), await tte.embed({ image: DRAWING })];
    expect(seen.thinkDecision.mode).toBe('answer');
    expect(seen.trace?.objects).toHaveLength(1);
    expect(drawn).toMatchObject({ thinkDecision: { mode: 'never' }, trace: null });
    // What was decided for `auto` is no trace of the drawing.
    const thought = await tte.embed({ image: DRAWING }, { think: 'answer' });
    expect(thought.trace?.answer).toMatch(/\w/);
    expect(thought.trace).not.toHaveProperty('objects');
    expect((await tte.embed({ image: DRAWING }, { think: 'never' })).vector).toEqual(drawn.vector);
    expect((await tte.embed(photo, { think: 'answer' })).trace?.text).toBe(seen.trace?.text);
  });

  test('with auto, a photograph as a query keeps a share of its own vector, and as a document none', async () => {
    const { fusion } = JSON.parse(readFileSync('public/models/pico/tte.json', 'utf8'));
    const photo = { image: sample('photo-coffee') };
    const [query, document] = [await tte.embed(photo), await tte.embed(photo, { role: 'document' })];
    const own = await tte.embed(photo, { think: 'never' });
    const thought = await tte.embed(photo, { think: 'answer' });
    expect(dot(own.vector, thought.vector)).toBeLessThan(0.95);
    expect(dot(query.vector, thought.vector)).toBeLessThan(0.998);
    expect(dot(query.vector, mix(own.vector, thought.vector, fusion.trace))).toBeGreaterThan(0.9999);
    expect(document.vector).toEqual(thought.vector);
    expect(document.space).toBe(query.space);
    // A trace that is passed back gives the vector it had; one that people wrote counts whole.
    const back = await tte.embed({ ...photo, trace: query.trace as Trace });
    expect(dot(back.vector, query.vector)).toBeGreaterThan(0.9999);
    const told = { ...photo, trace: 'a cup of coffee on a saucer' };
    expect((await tte.embed(told)).vector).toEqual((await tte.embed(told, { role: 'document' })).vector);
  });

  test('auto does not think about a query that is a photograph of one thing, and it does when it is indexed', async () => {
    const photo = { image: sample('photo-camera') };
    const [query, document] = [await tte.embed(photo), await tte.embed(photo, { role: 'document' })];
    expect(query).toMatchObject({ thinkDecision: { mode: 'never' }, trace: null });
    expect(query.thinkDecision.reason).toMatch(/one thing/);
    expect(query.vector).toEqual((await tte.embed(photo, { think: 'never' })).vector);
    expect(document.thinkDecision.mode).toBe('answer');
    expect((await tte.embed(photo, { think: 'answer' })).trace).not.toBeNull();
  });

  test('a question about a photograph is answered as asked, and comes with its objects', async () => {
    const question = { image: sample('photo-camera'), text: 'what is left of the camera ?' };
    const trace = await tte.think(question, { think: 'answer' });
    expect(trace?.objects?.[0]?.name).toBe('person');
    expect(trace?.answer).not.toContain('a person');
  });

  test('what moves in a clip is told, of the reversed clip the reverse, and of a still one nothing', async () => {
    const cat = await sharp(sample('photo-chelsea')).resize(120).png().toBuffer();
    const frameAt = async (left: number) => {
      const frame = sharp(sample('photo-coffee')).composite([{ input: cat, left, top: 60 }]);
      return new Blob([new Uint8Array(await frame.png().toBuffer())]);
    };
    const frames = await Promise.all([5, 100, 195].map(frameAt));
    const told = async (frames: Blob[]) => (await tte.think({ frames }, { think: 'auto' }))?.answer;
    expect(await told(frames)).toBe('a cat moves from left to right');
    expect(await told([...frames].reverse())).toBe('a cat moves from right to left');
    expect(await told(frames.map(() => frames[0] as Blob))).toBeUndefined();
  });

  test('a trace that is passed back gives the vector it had', async () => {
    const image = sample('photo-camera');
    for (const think of ['answer', 'full'] as const) {
      const { trace, vector } = await tte.embed({ image }, { think });
      const again = await tte.embed({ image, trace: trace as Trace }, { think });
      expect(Math.max(...again.vector.map((x, i) => Math.abs(x - (vector[i] as number))))).toBeLessThan(1e-3);
      expect(again.trace).toMatchObject({ source: 'reasoner', stop: 'supplied', text: trace?.text });
    }
  });

  test('a trace that people wrote is not taken for one of the model’s own', async () => {
    const image = sample('photo-camera');
    const text = 'a man in a coat looks through a camera on a tripod';
    const own: Trace = { text, thinking: '', answer: text, tokens: 9, source: 'reasoner', stop: 'end' };
    const [theirs, claimed, query] = [
      await tte.embed({ image, trace: text }),
      await tte.embed({ image, trace: own }),
      await tte.embed('someone with a camera', { think: 'never' }),
    ];
    expect(theirs.trace?.source).toBe('input');
    expect(dot(theirs.vector, claimed.vector)).toBeLessThan(0.98);
    // The head that reads their traces is the one that reads texts.
    expect(dot(theirs.vector, query.vector)).toBeGreaterThan(dot(claimed.vector, query.vector));
  });

  test('questions about things and their places, numbers and kinds are answered by the objects', async () => {
    const image = sample('photo-camera');
    for (const [text, think, answer] of [
      ['Where is the man?', 'full', 'person southwest : left'],
      ['what is on the left side of the photo', 'answer', 'person southwest : person'],
    ] as const) {
      expect(await tte.think({ image, text }, { think })).toMatchObject({ answer, tokens: 0, stop: 'end' });
    }
    // Asked as an instruction, too; what the objects do not answer is left to the reasoner.
    const cat = { image: sample('photo-chelsea') };
    const asked = await tte.think({ ...cat, instruction: 'Count the cats.' }, { think: 'answer' });
    expect(asked?.answer).toBe('cat : one cat');
    const counted = await tte.think({ ...cat, text: 'How many cats are there?' }, { think: 'answer' });
    expect(counted).toMatchObject({ answer: 'cat : one cat', tokens: 0 });
    const unanswered = await tte.think({ image, text: 'what is left of the dog ?' }, { think: 'answer' });
    expect(unanswered?.tokens).toBeGreaterThan(0);
  });

  test('what a picture shows is told as of one without words', async () => {
    for (const image of [sample('photo-coffee'), DRAWING]) {
      const { answer, objects } = (await tte.think({ image }, { think: 'answer' })) as Trace;
      for (const asked of [{ text: 'What is in this picture?' }, { instruction: 'Describe the photo.' }]) {
        const told = await tte.think({ image, ...asked }, { think: 'answer' });
        expect(told).toMatchObject({ answer, ...(objects && { objects }) });
      }
    }
  });

  test('what is to be found in a photograph is embedded as a picture of its own', async () => {
    const image = sample('photo-camera');
    const found = await tte.embed({ image, text: 'Find the man in this photo.' });
    expect(found.thinkDecision.mode).toBe('answer');
    const { part } = found.trace as Trace;
    const { x, y, width, height } = part as Box;
    const [left, top, right, bottom] = [x, y, x + width, y + height].map(Math.round) as [
      number,
      number,
      number,
      number,
    ];
    const cut = await sharp(image)
      .extract({ left, top, width: right - left, height: bottom - top })
      .png()
      .toBuffer();
    const alone = await tte.embed({ image: new Uint8Array(cut) }, { think: 'never' });
    expect(dot(found.vector, alone.vector)).toBeGreaterThan(0.9999);
    // The trace that is passed back gives the same, and without the part it counts with the text.
    const { part: _, ...words } = found.trace as Trace;
    const back = await tte.embed({ image, text: 'Find the man in this photo.', trace: found.trace as Trace });
    const read = await tte.embed({ image, text: 'Find the man in this photo.', trace: words });
    expect(dot(back.vector, found.vector)).toBeGreaterThan(0.9999);
    expect(dot(read.vector, found.vector)).toBeLessThan(0.9);
    // What is asked about it, and not asked to be shown, is answered in words.
    expect(
      (await tte.think({ image, text: 'Where is the man?' }, { think: 'answer' }))?.part,
    ).toBeUndefined();
  });

  test('an index that is opened with auto lists what is in photographs', async () => {
    const index = await tte.openIndex('auto', { think: 'auto' });
    await index.add([
      { id: 'photo', image: sample('photo-camera') },
      { id: 'drawing', image: DRAWING },
      { id: 'text', text: 'a man with a camera' },
    ]);
    const traces = Object.fromEntries((await index.list()).map(({ id, trace }) => [id, trace]));
    expect(traces).toEqual({ photo: expect.stringContaining('person'), drawing: null, text: null });
  });

  test('several pictures are not searched for objects', async () => {
    const frames = [sample('photo-camera'), sample('photo-coffee')];
    const trace = await tte.think({ frames }, { think: 'answer' });
    expect(trace).not.toHaveProperty('objects');
  });
});

test('the detector is opened by the first photograph that is thought about, and a failure is not for ever', {
  timeout: PATIENCE,
}, async () => {
  const folder = join(dataDir, 'pico');
  const files = readdirSync('public/models/pico', { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const detector = 'object_detector_quantized.onnx';
  for (const { parentPath, name } of files) {
    const to = join(folder, parentPath.slice('public/models/pico'.length), name);
    mkdirSync(dirname(to), { recursive: true });
    if (name !== detector) symlinkSync(resolve(parentPath, name), to);
  }
  const tte = await createEmbedder({ dataDir, model: folder, cache: { vectors: 0, traces: 0 } });
  try {
    const photo = { image: sample('photo-camera') };
    await tte.embed(photo, { think: 'never' });
    await tte.embed({ image: DRAWING }, { think: 'answer' });
    await expect(tte.embed(photo, { think: 'answer' })).rejects.toMatchObject({ code: 'model-not-found' });
    copyFileSync(`public/models/pico/onnx/${detector}`, join(folder, 'onnx', detector));
    expect((await tte.embed(photo, { think: 'answer' })).trace?.objects).toHaveLength(1);
  } finally {
    await tte.dispose();
  }
});
