/** Models in separate packages. */

/** A model that comes in a package of its own, such as `picoS` of `think-then-embed-pico-s`. */
export interface PackagedModel {
  readonly id: string;
  /** The preset that reasons for it, where it is given alone. @default the model itself, if it can */
  readonly reasoner?: string;
  /** Contents of the small files, `tte.json` among them, by path. */
  readonly texts: Readonly<Record<string, string>>;
  /**
   * URLs of the other files, by path: where the bundler put them. For one that did not take them along, serve them and give their URLs:
   * `{ ...picoS, urls }`.
   */
  readonly urls: Readonly<Record<string, string>>;
}

/** Distinguishes it from names, functions and custom embedders. */
export const isPackagedModel = (model: unknown): model is PackagedModel =>
  typeof model === 'object' && model !== null && 'urls' in model;

/** Whether it refers to a model rather than a custom embedder. */
export const isModelRef = (model: unknown): model is string | PackagedModel =>
  typeof model === 'string' || isPackagedModel(model);
