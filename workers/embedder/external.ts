/** The page's custom embedder with the interface of all embedders; its towers call the page. */
import { TteError } from '../../src/shared/errors.ts';
import type { ExternalEmbedder, ExternalEmbedderId } from '../../src/shared/protocol.ts';
import type { Role } from '../../src/shared/types.ts';
import { plainEmbed } from '../models/prompts.ts';
import { untilAborted } from '../storage/aborted.ts';
import { joinTowers } from './dual-encoder.ts';
import { textAlone } from './text-encoder.ts';
import type { TextTower } from './text-tower.ts';
import type { Embedder } from './types.ts';
import type { Vector } from './vector.ts';
import type { VisionTower } from './vision-tower.ts';

/** Maximum number of texts per call of the page's function, a batch size that servers accept. */
const TEXTS = 64;

export function externalEmbedder(
  ask: ExternalEmbedder,
  { id, dimensions, readsTexts, readsImages }: ExternalEmbedderId,
): Embedder {
  const options = { templates: plainEmbed, dimensions };

  /** Both towers, for inputs of one call. */
  function towers(role: Role, signal: AbortSignal, request: number): Embedder {
    const asked = (input: Parameters<ExternalEmbedder>[1]) => untilAborted(ask(request, input, role), signal);
    const text: TextTower = {
      recipe: {},
      async *encode(texts) {
        for (let at = 0; at < texts.length; at += TEXTS) {
          signal.throwIfAborted();
          const some = texts.slice(at, at + TEXTS);
          if (!readsTexts)
            throw new TteError(
              'unsupported',
              `The embedder '${id}' supports only images: leave the text out.`,
            );
          const vectors = await asked(some);
          yield vectors.map((vector, i) => ({
            index: at + i,
            encoded: { vector, tokens: 0, truncated: false },
          }));
        }
      },
      asWords: (text) => text, // its control tokens are not known
      fits: () => true,
      release: async () => {},
    };
    const vision: VisionTower = {
      encode: async ({ width, height, data }) => (await asked({ width, height, data }))[0] as Vector,
      release: async () => {},
    };
    return readsImages ? joinTowers(text, vision, options) : textAlone(text, options);
  }

  const { recipe, supportsImages, release } = towers('document', new AbortController().signal, 0);
  return {
    recipe,
    supportsImages,
    dimensions,
    release,
    async *encode(items, signal, request) {
      const [first] = items; // all inputs of a call have one role
      if (first) yield* towers(first.role, signal, request).encode(items, signal, request);
    },
  };
}
