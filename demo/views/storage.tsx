/** Data stored in this browser by model, cache and collection, each with a button to delete it. */
import { useEffect } from 'preact/hooks';
import { deleteIndex, type Embedder } from 'think-then-embed';
import { megabytes } from '../format.ts';
import { changes } from '../state/collection.ts';
import { info } from '../state/engine.ts';
import { persist, refreshStorage, remove, report } from '../state/storage.ts';
import { text } from '../strings.ts';

const { device } = text;

interface Row {
  key: string;
  remove: (embedder: Embedder) => Promise<void>;
  kind: string;
  name: string;
  about: string;
}

export function Storage() {
  const state = `${info.value?.embedder.id} ${changes.value}`;
  useEffect(() => void refreshStorage(), [state]);
  const kept = report.value;
  return (
    <section class="panel" aria-labelledby="storage-title">
      <h2 id="storage-title">{device.storage}</h2>
      <p id="storage-text" class="note">
        {!kept && device.notLoaded}
        {kept &&
          kept.usage !== null &&
          kept.quota !== null &&
          device.used(megabytes(kept.usage), megabytes(kept.quota))}{' '}
        {kept && (kept.persisted ? device.persistent : device.fleeting)}
      </p>
      <ul id="storage" class="kept">
        {rows().map(({ key, remove: removal, kind, name, about }) => (
          <li key={key}>
            <span>
              <small>{kind}</small> <strong>{name}</strong>
              <span class="note">{about}</span>
            </span>
            <button type="button" aria-label={device.deleteNamed(name)} onClick={() => void remove(removal)}>
              {device.delete}
            </button>
          </li>
        ))}
      </ul>
      {kept && (
        <div class="actions">
          <button type="button" onClick={() => void remove((embedder) => embedder.clearAll())}>
            {device.deleteAll}
          </button>
          {!kept.persisted && (
            <button type="button" class="quiet" onClick={() => void persist()}>
              {device.persist}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function rows(): Row[] {
  const kept = report.value;
  if (!kept) return [];
  const caches = (['vectors', 'traces'] as const).map((name) => ({
    key: name,
    remove: (embedder: Embedder) => embedder.clearCache(name),
    kind: device.kind.cache,
    name: device.caches[name],
    about: device.cached(kept.caches[name].entries, megabytes(kept.caches[name].bytes)),
  }));
  const models = kept.models.map(({ id, bytes, files, complete }) => ({
    key: `model/${id}`,
    remove: (embedder: Embedder) => embedder.deleteModel(id),
    kind: device.kind.model,
    name: id,
    about: device.files(megabytes(bytes), files, complete),
  }));
  const indexes = kept.indexes.map(({ name, count, bytes }) => ({
    key: `index/${name}`,
    remove: () => deleteIndex(name),
    kind: device.kind.index,
    name: device.index(name.replace(/^demo-/, '')),
    about: device.indexed(count, megabytes(bytes)),
  }));
  return [...models, ...indexes, ...caches];
}
