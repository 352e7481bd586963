/** A file of the package that is fetched at run time. */
export interface Asset {
  /** Its path in `dist`, and in a copy of it. */
  readonly name: string;
  /** Where the application's bundler put it, or its place beside the worker's script. */
  readonly bundled: () => string;
}

/** URL of a folder that is a copy of `dist`, ending in `/`; null: files are where `bundled` says. */
export type AssetsUrl = string | null;

/** Absolute, whereas the URL that a bundler gives may not be: that of Next on webpack is a path. */
export function assetUrl(asset: Asset, assets: AssetsUrl): string {
  return assets === null ? new URL(asset.bundled(), scriptUrl()).href : new URL(asset.name, assets).href;
}

/** The base of the worker's relative URLs. A script from another origin runs as a blob, which cannot be one. */
export function scriptUrl(): string {
  return location.protocol === 'blob:' ? location.origin : location.href;
}

/** Advice if a file of the package is not found. */
export const COPY_ADVICE =
  'It belongs to the package: copy node_modules/think-then-embed/dist to a folder that is served, and give its URL as the option ' +
  '`assetsUrl` of createEmbedder';
