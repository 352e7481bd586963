import { builtInModels } from 'virtual:built-in-models';
import type { BuiltInModel } from '../../models/source.ts';
import { type AssetsUrl, assetUrl } from '../../runtime/assets.ts';

export function builtInModel(name: string, assetsUrl: AssetsUrl): BuiltInModel | null {
  const model = builtInModels[name];
  if (!model) return null;
  const urls = Object.entries(model.files).map(([path, asset]) => [path, assetUrl(asset, assetsUrl)]);
  return { texts: model.texts, urls: Object.fromEntries(urls) };
}
