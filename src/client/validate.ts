/** Validates the caller's arguments. Every message names the field and says what to do. */
import { invalid, TteError } from '../shared/errors.ts';
import type { EmbedderInfo, Role, ThinkMode } from '../shared/types.ts';
import { checkOptionsObject } from './common-options.ts';
import type { EmbedInput } from './types.ts';

const THINK: readonly unknown[] = ['never', 'answer', 'full', 'auto'] satisfies ThinkMode[];
const ROLES: readonly unknown[] = ['query', 'document'] satisfies Role[];
const STRINGS = ['text', 'instruction'] as const;
const PICTURES = ['image', 'frames', 'pages'] as const;

/**
 * @param field the caller's name for the input: `input`, or `items[3]`
 * @param info null: nothing is embedded
 */
export function checkInput(input: EmbedInput, field: string, info: EmbedderInfo | null): void {
  if (typeof input !== 'object' || input === null) {
    throw invalid(`${field}: pass an object like { text: 'a cat' } or { image: file }.`);
  }
  if (Array.isArray(input)) throw invalid(`${field}: pass a single input; embedMany takes several.`);
  for (const key of STRINGS) {
    if (input[key] !== undefined && typeof input[key] !== 'string') {
      throw invalid(`${field}.${key}: must be a string, not ${typeof input[key]}.`);
    }
  }
  const { trace } = input;
  if (trace !== undefined && typeof trace !== 'string' && typeof trace?.text !== 'string') {
    throw invalid(`${field}.trace: must be a string, or a trace as think() gives it.`);
  }
  if (typeof trace === 'object' && trace.part !== undefined && !isBox(trace.part)) {
    throw invalid(`${field}.trace.part: must give x, y, width and height in pixels.`);
  }
  const pictures = PICTURES.filter((key) => input[key] !== undefined);
  const [key] = pictures;
  if (pictures.length > 1) throw invalid(`${field}: pass only one of ${pictures.join(' and ')}.`);
  if (key === undefined && !input.text?.trim()) throw invalid(`${field}: pass a text, an image, or both.`);
  if (key === undefined) return;
  if (info?.supportsImages === false) {
    throw new TteError(
      'unsupported',
      `${field}.${key}: ${info.embedder.id} does not read images. Choose a model that does.`,
    );
  }
  if (key !== 'image' && !(Array.isArray(input[key]) && input[key].length > 0)) {
    throw invalid(`${field}.${key}: must be an array of at least one image.`);
  }
}

export function checkEmbedOptions(
  options: { think?: ThinkMode; role?: Role; dimensions?: number },
  info: EmbedderInfo | null,
): void {
  checkOptionsObject(options);
  const { think, role, dimensions } = options;
  if (think !== undefined && !THINK.includes(think)) {
    throw invalid(`options.think: must be one of ${THINK.join(', ')}, not ${String(think)}.`);
  }
  if (role !== undefined && !ROLES.includes(role)) {
    throw invalid(`options.role: must be 'query' or 'document', not ${String(role)}.`);
  }
  if (info !== null && dimensions !== undefined && !info.dimensions.includes(dimensions)) {
    throw invalid(
      `options.dimensions: ${info.embedder.id} gives ${info.dimensions.join(', ')}, not ${dimensions}.`,
    );
  }
}

function isBox(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['x', 'y', 'width', 'height'].every((side) =>
    Number.isFinite((value as Record<string, unknown>)[side]),
  );
}
