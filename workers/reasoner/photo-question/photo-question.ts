/** Questions about a photograph that are answered from the objects in it, without the reasoner. */
import type { DetectedObject } from '../../../src/shared/types.ts';
import type { ObjectRules } from '../object-list.ts';
import { type Answered, answer, type PhotoSize } from './answer.ts';
import { createNouns } from './nouns.ts';
import { readQuestion } from './read.ts';

export interface Answerer {
  /** Null if it is no such question, or if something it presupposes was not found. @param objects most likely first */
  answer(text: string, objects: readonly DetectedObject[], size: PhotoSize): Answered | null;
}

/** Null if the model folder has no words for its objects in questions. */
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
