/** A graph that encodes one image: the vision tower of a dual encoder, which the first image opens. */
import { TteError } from '../../src/shared/errors.ts';
import type { Pixels } from '../images/pixels.ts';
import { preprocessor } from '../images/preprocess.ts';
import type { ModelFolder } from '../models/folder.ts';
import { lazySession } from '../reasoner/lazy-session.ts';
import type { Dtypes, Runtime, Tensor } from '../runtime/types.ts';
import { pool } from './pooling.ts';
import type { Vector } from './vector.ts';

export interface VisionTower {
  /** The unit vector of one image. */
  encode(pixels: Pixels): Promise<Vector>;
  release(): Promise<void>;
}

const OUTPUTS = ['image_embeds', 'pooler_output', 'last_hidden_state'];

export async function openVisionTower(
  runtime: Runtime,
  folder: ModelFolder,
  session: string,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<VisionTower> {
  const config = await folder.json('preprocessor_config.json');
  if (!config) {
    throw new TteError(
      'model-invalid',
      `${folder.descriptor.id} reads images but has no preprocessor_config.json.`,
    );
  }
  const prepare = preprocessor(config);
  const tower = lazySession(() => runtime.open({ folder, session, dtypes, signal }));
  return {
    async encode(pixels) {
      const graph = await tower.get();
      const output = OUTPUTS.find((name) => graph.outputs.has(name));
      if (!output) {
        throw new TteError(
          'model-invalid',
          `${folder.descriptor.id}/${session} gives none of ${OUTPUTS.join(', ')}.`,
        );
      }
      const { data, dims } = prepare(pixels);
      const results = await graph.run({ pixel_values: runtime.tensor('float32', data, dims) }, [output]);
      const states = results[output] as Tensor;
      try {
        // If the graph does not pool, the first token is the class token.
        const [vector] = pool((await states.getData()) as Float32Array, states.dims, [1], 'cls');
        return vector as Vector;
      } finally {
        states.dispose();
      }
    },
    release: tower.release,
  };
}
