/** A reasoner's eyes: pictures to visual tokens, whatever the model's way of cutting them up. */
import type { Dtype } from '../../src/shared/types.ts';
import type { Pixels } from '../images/pixels.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Runtime, Tensor } from '../runtime/types.ts';
import type { Rows } from './decoder.ts';
import type { Grid } from './positions.ts';

export interface Seen {
  /** For each image what stands for it in the prompt: its image tokens and what the model wants around them. */
  patterns: readonly string[];
  features: Rows;
  /** Other outputs the decoder takes, by name; they belong to the eyes. */
  carried: Readonly<Record<string, Tensor>>;
  /** For M-RoPE, an image each. */
  grids: readonly Grid[];
}

export interface Vision {
  readonly token: string;
  see(images: readonly Pixels[], signal: AbortSignal): Promise<Seen>;
  release(): Promise<void>;
}

export async function openVision(
  _runtime: Runtime,
  folder: ModelFolder,
  _dtype: Dtype,
  _signal: AbortSignal,
): Promise<Vision | null> {
  if (!('vision_encoder' in folder.descriptor.sessions)) return null;
  throw new Error('not yet');
}
