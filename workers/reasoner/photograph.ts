/** Photographs: recognising one, and listing the objects in it for the trace. */
import type { Box, DetectedObject } from '../../src/shared/types.ts';
import type { Detector } from './detector.ts';
import { listObjects } from './object-list.ts';
import { isOneThing } from './one-thing.ts';
import type { ThinkInput } from './types.ts';
import type { Look, Vision } from './vision.ts';

export interface Photograph {
  /** The objects that the trace names, or would name. */
  objects: readonly DetectedObject[];
  /** What the trace says about the objects: an answer, or a list; empty if there is neither. */
  statement: string;
  /** Whether that is the whole trace, so that the reasoner writes nothing; otherwise its own words come first. */
  isWhole: boolean;
  /** The part of it that is asked for. */
  part?: Box;
}

/** Probability from which an image counts as a photograph. */
const PHOTO = 0.5;

/** Whether the image is a photograph, at a first look; false if the encoder does not say. */
export async function showsPhotograph(
  vision: Vision | null,
  { images }: Pick<ThinkInput, 'images'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (!vision || images.length !== 1) return false;
  const { looks } = await vision.encode(images, false, signal);
  return isPhotograph(looks);
}

/** Whether a photograph is of one thing that has a name, as far as the encoders see. */
export async function showsOneThing(
  vision: Vision | null,
  detector: Detector,
  { images }: Pick<ThinkInput, 'images'>,
  signal: AbortSignal,
): Promise<boolean> {
  const [picture] = images;
  if (!vision || !picture) return false;
  const [look] = (await vision.encode(images, true, signal)).looks;
  return look !== undefined && isOneThing(look, listed(await detector.detect(picture, signal), detector));
}

/** Those that a trace lists. */
function listed(objects: readonly DetectedObject[], { rules }: Detector): DetectedObject[] {
  return objects.filter(({ score }) => score >= rules.listed);
}

/** Whether the images that were looked at are photographs, taken together; false if the encoder does not say. */
export function arePhotographs(looks: readonly Look[]): boolean {
  const sum = looks.reduce((sum, { photo }) => sum + photo, 0);
  return looks.length > 0 && sum >= PHOTO * looks.length;
}

/** Whether what was looked at is a single image, and a photograph. */
function isPhotograph(looks: readonly Look[]): boolean {
  return looks.length === 1 && arePhotographs(looks);
}

/** Whether the input is a single photograph and no words. */
export function isPhotographAlone(
  { text, instruction }: Pick<ThinkInput, 'text' | 'instruction'>,
  looks: readonly Look[],
): boolean {
  return isPhotograph(looks) && text.trim() === '' && instruction.trim() === '';
}

/** Null for everything but a single photograph. */
export async function examine(
  vision: Vision | null,
  detector: Detector | null,
  { images, text, instruction }: ThinkInput,
  signal: AbortSignal,
): Promise<Photograph | null> {
  const [picture] = images;
  if (!vision || !detector || !picture || images.length > 1) return null;
  const { looks } = await vision.encode(images, true, signal);
  const [look] = looks;
  if (!look || !isPhotograph(looks)) return null;
  const { rules, answerer } = detector;
  const found = await detector.detect(picture, signal);
  const objects = listed(found, detector);
  const asked = text.trim() || instruction.trim();
  const answered = answerer?.answer(asked, found, picture);
  if (answered) {
    const named = found.filter((object) => objects.includes(object) || answered.about.includes(object));
    const { statement, shown } = answered;
    return { objects: named, statement, isWhole: true, ...(shown && { part: shown.box }) };
  }
  // Other text that comes with the photograph is only for the reasoner.
  const statement = text.trim() === '' ? listObjects(objects, rules) : '';
  return { objects, statement, isWhole: statement !== '' && look.sure < rules.sure };
}
