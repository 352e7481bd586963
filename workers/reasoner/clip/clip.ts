/** Clips: what moves where in frames that show one scene, what comes in, and what leaves. */
import type { Box } from '../../../src/shared/types.ts';
import { crop } from '../../images/crop.ts';
import type { Pixels } from '../../images/pixels.ts';
import type { Detector } from '../detector.ts';
import { overlap } from '../object-list.ts';
import { createNouns } from '../photo-question/nouns.ts';
import { arePhotographs } from '../photograph.ts';
import type { ThinkInput } from '../types.ts';
import type { Vision } from '../vision.ts';
import { movements, spread } from './movements.ts';
import { type ClipQuestion, readClipQuestion } from './read.ts';
import { isAskedFor, type Names, tellClip } from './tell.ts';
import type { Track } from './tracks.ts';

export interface ClipTeller {
  /**
   * An answer to what is asked about a clip, or what happens in it if nothing is; empty for everything but photographs of one
   * scene, for questions about other things, and if nothing is seen to move.
   * @throws TteError as `Vision.encode` and `Detector.detect`
   */
  tell(input: ThinkInput, signal: AbortSignal): Promise<string>;
}

/** Frames in which a thing is named: each takes a run of the detector. */
const MOST_NAMED = 3;
/** How much larger than what moves, in width and height, the part is in which its name is looked for. */
const MARGIN = 0.3;

/** Null if the model does not detect objects, or does not say what questions call them. */
export function createClipTeller(vision: Vision | null, detector: Detector | null): ClipTeller | null {
  const questions = detector?.rules.questions;
  if (!vision || !detector || !questions) return null;
  const { names, numbers } = detector.rules;
  const nouns = createNouns({ names, ...questions });
  /** By the clip's first image: thinking repeats what was looked at to decide whether to think. */
  const known = new WeakMap<Pixels, { images: readonly Pixels[]; asked: string; told: string }>();

  async function told(images: readonly Pixels[], question: ClipQuestion | null, signal: AbortSignal) {
    const movement = movements(images).find(({ event }) => isAskedFor(question, event));
    if (!movement) return '';
    const names = await namesOf(movement.track, images, signal);
    return tellClip(question, movement.event, names, numbers[0] as string);
  }

  /** The share of each name in the detections that fit what moves. */
  async function namesOf(track: Track, frames: readonly Pixels[], signal: AbortSignal): Promise<Names> {
    const places = spread(track, MOST_NAMED);
    const sums = new Map<string, number>();
    for (const { frame, box } of places) {
      const image = frames[frame] as Pixels;
      const { part, place } = around(image, box);
      const best = new Map<string, number>();
      for (const { name, score, box } of await (detector as Detector).detect(part, signal)) {
        best.set(name, Math.max(best.get(name) ?? 0, score * overlap(box, place)));
      }
      for (const [name, score] of best) sums.set(name, (sums.get(name) ?? 0) + score / places.length);
    }
    return sums;
  }

  return {
    async tell({ images, text, instruction, arePages }, signal) {
      const [first] = images;
      const asked = text.trim() || instruction.trim();
      const question = asked === '' ? null : readClipQuestion(asked, nouns);
      if (!first || images.length === 1 || arePages || (asked !== '' && !question)) return '';
      const before = known.get(first);
      if (before && before.asked === asked && isSame(before.images, images)) return before.told;
      const { looks } = await vision.encode(images, true, signal);
      const now = arePhotographs(looks) ? await told(images, question, signal) : '';
      known.set(first, { images: [...images], asked, told: now });
      return now;
    },
  };
}

function isSame(some: readonly Pixels[], others: readonly Pixels[]): boolean {
  return some.length === others.length && some.every((image, i) => image === others[i]);
}

/** A part of an image, and where in it the box is, in pixels. */
function around(image: Pixels, { x, y, width, height }: Box): { part: Pixels; place: Box } {
  const { width: across, height: down } = image;
  const inner = { x: x * across, y: y * down, width: width * across, height: height * down };
  const left = Math.max(0, inner.x - (MARGIN / 2) * inner.width);
  const top = Math.max(0, inner.y - (MARGIN / 2) * inner.height);
  const right = Math.min(across, inner.x + (1 + MARGIN / 2) * inner.width);
  const bottom = Math.min(down, inner.y + (1 + MARGIN / 2) * inner.height);
  const part = crop(image, { x: left, y: top, width: right - left, height: bottom - top });
  return { part, place: { ...inner, x: inner.x - left, y: inner.y - top } };
}
