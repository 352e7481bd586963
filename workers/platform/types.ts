/**
 * What the core needs of its platform: runtimes, stores, a picture decoder and a fetcher, each defined by the folder that needs
 * it, and the few other things that differ. There are two platforms, a page's worker (`browser/`) and Node (`node/`); nothing
 * outside these folders knows which one it is.
 */
import type { PicturePlatform } from '../images/picture.ts';
import type { BuiltInModel } from '../models/source.ts';
import type { AssetsUrl } from '../runtime/assets.ts';
import type { RuntimeProvider } from '../runtime/provider.ts';
import type { StoragePlatform } from '../storage/storage.ts';

export interface Platform extends StoragePlatform, PicturePlatform {
  readonly runtimes: RuntimeProvider;
  /** Opens a channel for messages to the others that share these stores. */
  openChannel(name: string): Channel;
  /** URL of the folder with the built-in models, ending with `/`. */
  readonly modelsUrl: string;
  /** A model of the package whose files an application's bundler may have moved; null: it is in the folder of `modelsUrl`. */
  builtInModel?(name: string, assets: AssetsUrl): BuiltInModel | null;
  /** `HostApi.holdLivenessLock`. */
  holdLivenessLock(name: string): Promise<boolean>;
}

export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}
