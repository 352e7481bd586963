/** Questions about a photograph that need no reasoner: the objects in it answer them. */
import type { DetectedObject } from '../../../src/shared/types.ts';
import type { ObjectRules } from '../object-list.ts';
import { type Answered, answer, type PhotoSize } from './answer.ts';
import { createNouns } from './nouns.ts';
import { readQuestion } from './read.ts';

export interface Answerer {
  /** Null if it is no such question, or if what it takes for granted was not found. @param objects likeliest first */
  answer(text: string, objects: readonly DetectedObject[], size: PhotoSize): Answered | null;
}

/** Null if the model folder does not say what questions call its objects. */
export function createAnswerer({ names, listed, questions }: ObjectRules): Answerer | null {
  if (!questions) return null;
  const nouns = createNouns({ names, ...questions });
  const thresholds = { ...questions, listed };
  return {
    answer(text, objects, size) {
      const question = readQuestion(text, nouns);
      return question && answer(question, objects, size, nouns, thresholds);
    },
  };
}
