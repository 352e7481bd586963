/**
 * A glossary extends the traces of a small reasoner: the reasoner names the one thing in an image, and the model folder's
 * glossary appends its definition. An image indexed with such a trace is also found by description and kind (docs/method.md).
 */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { ThinkInput } from './types.ts';

export interface Glossary {
  /** Whether traces about this input are extended: images without a text. */
  appliesTo(input: ThinkInput): boolean;
  /** The text to append to the trace `name : …`; empty if the name is unknown, or the trace is about several things. */
  expansionFor(answer: string): string;
}

/** Null if the model has no glossary. */
export async function openGlossary({ descriptor, json }: ModelFolder): Promise<Glossary | null> {
  const path = descriptor.prompts.think?.glossary;
  if (path === undefined) return null;
  const found = await json(path);
  if (!found) throw new TteError('model-invalid', `${descriptor.id}: its glossary ${path} is missing.`);
  return createGlossary(found);
}

/** @param entries name → definition */
export function createGlossary(entries: Readonly<Record<string, unknown>>): Glossary {
  const known = new Map(Object.entries(entries));
  return {
    appliesTo: ({ images, text }) => images.length > 0 && text.trim() === '',
    expansionFor(answer) {
      const colon = answer.indexOf(':');
      const entry = colon < 0 ? undefined : known.get(answer.slice(0, colon).trim());
      return typeof entry === 'string' ? ` , ${entry}` : '';
    },
  };
}
