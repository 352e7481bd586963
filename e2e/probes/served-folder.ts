/** A model folder with one session, read from the server: without a descriptor, and without storage. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Dtype } from '../../src/shared/types.ts';
import type { ModelFolder } from '../../workers/models/folder.ts';

/** @param url ends in a slash */
export function servedFolder(url: string, dtype: Dtype, path: string): ModelFolder {
  return {
    descriptor: { id: 'tiny', sessions: { model: { [dtype]: { path } } } } as unknown as ModelDescriptor,
    json: async () => null,
    text: async () => null,
    async *chunks(path) {
      yield new Uint8Array(await (await fetch(url + path)).arrayBuffer());
    },
  };
}
