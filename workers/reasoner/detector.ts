/**
 * The object detector of a reasoner: names, scores and boxes of the objects in a photograph. Its weights are downloaded when the
 * first photograph is thought about.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { DetectedObject } from '../../src/shared/types.ts';
import { letterbox } from '../images/letterbox.ts';
import type { Pixels } from '../images/pixels.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, Runtime, Tensor } from '../runtime/types.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { disposeAll } from './cache.ts';
import { lazySession } from './lazy-session.ts';
import { type ObjectRules, type QuestionRules, withoutDoubles } from './object-list.ts';
import { type Answerer, createAnswerer } from './photo-question/photo-question.ts';

export interface Detector {
  readonly rules: ObjectRules;
  readonly answerer: Answerer | null;
  /**
   * All objects that a list or an answer may name, most likely first, cached for as long as the picture is held.
   * @throws TteError download-failed | integrity | quota | run-failed | aborted
   */
  detect(picture: Pixels, signal: AbortSignal): Promise<readonly DetectedObject[]>;
  release(): Promise<void>;
}

/** Null if the model has no object detector. @param signal of the load */
export async function openDetector(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Detector | null> {
  const { descriptor } = folder;
  const path = descriptor.prompts.think?.objects;
  if (path === undefined || !('object_detector' in descriptor.sessions)) return null;
  const rules = parseRules(await folder.json(path), `${descriptor.id}: ${path}`);
  const session = lazySession(() => runtime.open({ folder, session: 'object_detector', dtypes, signal }));
  const detected = new WeakMap<Pixels, readonly DetectedObject[]>();

  return {
    rules,
    answerer: createAnswerer(rules),
    async detect(picture, signal) {
      const known = detected.get(picture);
      if (known) return known;
      const graph = await session.get();
      await yieldToEventLoop();
      signal.throwIfAborted();
      const { data, dims, frame } = letterbox(picture, rules.side);
      const outputs = await graph.run(
        { pixel_values: runtime.tensor('float32', data, dims), frame: runtime.tensor('float32', frame, [4]) },
        ['boxes', 'scores', 'labels'],
      );
      try {
        const [boxes, scores, labels] = await Promise.all(
          ['boxes', 'scores', 'labels'].map((name) => (outputs[name] as Tensor).getData()),
        );
        const found = objectsOf(
          boxes as Float32Array,
          scores as Float32Array,
          labels as BigInt64Array,
          picture,
          rules,
        );
        const objects = withoutDoubles(found);
        detected.set(picture, objects);
        return objects;
      } finally {
        disposeAll(Object.values(outputs));
      }
    },
    release: session.release,
  };
}

function objectsOf(
  boxes: Float32Array,
  scores: Float32Array,
  labels: BigInt64Array,
  { width, height }: Pixels,
  { names, listed, questions }: ObjectRules,
): DetectedObject[] {
  const least = Math.min(listed, ...(questions ? [questions.named, questions.other, questions.counted] : []));
  return Array.from(scores, (score, at) => {
    const [x, y, w, h] = boxes.subarray(4 * at, 4 * at + 4) as unknown as [number, number, number, number];
    const box = { x: x * width, y: y * height, width: w * width, height: h * height };
    return { name: names[Number(labels[at])] ?? '', score, box };
  }).filter(({ score }) => score >= least);
}

function parseRules(json: Record<string, unknown> | null, name: string): ObjectRules {
  const { names, side, listed, sure, numbers, questions } = json ?? {};
  if (
    !isWords(names) ||
    !isWords(numbers) ||
    typeof side !== 'number' ||
    !(side > 0) ||
    typeof listed !== 'number' ||
    typeof sure !== 'number'
  ) {
    throw new TteError('model-invalid', `${name} must give names, numbers, side, listed and sure.`);
  }
  const rules = { names, side, listed, sure, numbers };
  if (questions === undefined) return rules;
  if (!isQuestionRules(questions)) {
    throw new TteError(
      'model-invalid',
      `${name}: questions must give named, other, counted, overlap, synonyms and kinds.`,
    );
  }
  return { ...rules, questions };
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');
}

function isQuestionRules(value: unknown): value is QuestionRules {
  const { synonyms, kinds, ...shares } = (value ?? {}) as Record<string, unknown>;
  const isTable = (table: unknown) =>
    typeof table === 'object' && table !== null && Object.values(table).every(isWords);
  const areShares = ['named', 'other', 'counted', 'overlap'].every(
    (name) => typeof shares[name] === 'number',
  );
  return areShares && isTable(synonyms) && isTable(kinds);
}
