/**
 * A dictionary that a small reasoner looks into: it names the one thing a picture shows, and its model folder's glossary goes on
 * with what that is. A picture indexed with such a trace is found by description and by kind, too (docs/method.md).
 */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { ThinkInput } from './types.ts';

export interface Glossary {
  /** Whether a trace about this input may be gone on with: pictures that nothing was asked about. */
  appliesTo(input: ThinkInput): boolean;
  /** What follows the trace `thing : …`; '' where the glossary does not know the thing, or the trace is about several. */
  expansionFor(answer: string): string;
}

/** Null where the model has none. */
export async function openGlossary({ descriptor, json }: ModelFolder): Promise<Glossary | null> {
  const path = descriptor.prompts.think?.glossary;
  if (path === undefined) return null;
  const found = await json(path);
  if (!found) throw new TteError('model-invalid', `${descriptor.id}: its glossary ${path} is missing.`);
  return createGlossary(found);
}

/** @param entries thing → what it is */
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
