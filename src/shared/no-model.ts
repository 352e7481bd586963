import { TteError } from './errors.ts';

/** The error of an index that was opened without a model. @param what the unsupported action, such as 'Embedding a text' */
export function noModel(name: string, what: string): TteError {
  return new TteError(
    'unsupported',
    `${what} needs a model, and the index '${name}' was opened without one: open it with \`embedder.openIndex('${name}')\`, or pass a vector.`,
  );
}
