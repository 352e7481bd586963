/** A change that removes as much as it adds is the remedy where storage is full, so it must not fail for want of room itself. */
import { isTteError } from '../../src/shared/errors.ts';
import type { Store } from '../storage/database.ts';
import type { Save } from './index-state.ts';
import { type IndexManifest, pictureKey, postingsKey } from './segments.ts';

export interface Room {
  store: Store;
  name: string;
  manifest: IndexManifest;
  /** Numbers of the items that are removed for good. */
  dropped: readonly number[];
}

/**
 * The same `save`; where there is no room, it first deletes what no item is lost with, and tries once more: the full text of
 * all segments, which the next search makes again of the items, and the thumbnails of the removed items.
 */
export function makingRoom(save: Save, { store, name, manifest, dropped }: Room): Save {
  return async (entries) => {
    try {
      await save(entries);
    } catch (error) {
      if (!isTteError(error, 'quota')) throw error;
      await store.remove([
        ...manifest.segments.map(({ number }) => postingsKey(name, number)),
        ...dropped.map((number) => pictureKey(name, number)),
      ]);
      await save(entries);
    }
  };
}
