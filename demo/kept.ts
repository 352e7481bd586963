/** What the package keeps in this browser, and deleting it. */
import type { Embedder } from 'think-then-embed';
import { byId, make, megabytes } from './dom.ts';

const text = byId('storage-text', HTMLParagraphElement);
const list = byId('storage', HTMLUListElement);
const everything = byId('clear', HTMLButtonElement);

export async function showKept(embedder: Embedder): Promise<void> {
  const { usage, quota, persisted, models, caches } = await embedder.storage();
  const room = usage === null || quota === null ? '' : `${megabytes(usage)} of ${megabytes(quota)} used. `;
  const { vectors, traces } = caches;
  text.textContent = `${room}${persisted ? 'Persistent' : 'The browser may drop it when space is short'}. Remembered: ${vectors.entries} vectors, ${traces.entries} traces.`;
  list.replaceChildren(
    ...models.map(({ id, revision, bytes, files, complete }) => {
      const item = make('li');
      const state = complete ? '' : ', incomplete';
      const remove = make('button', 'Delete', { type: 'button', 'aria-label': `Delete ${id}` });
      remove.addEventListener('click', () => void deleteKept(embedder, id));
      item.append(make('span', `${id} (${revision}): ${megabytes(bytes)} in ${files} files${state}`), remove);
      return item;
    }),
  );
  everything.disabled = false;
  everything.onclick = () => void deleteKept(embedder);
}

async function deleteKept(embedder: Embedder, what?: string): Promise<void> {
  try {
    await embedder.clear(what);
    await showKept(embedder);
  } catch (error) {
    text.textContent = String(error); // say, the embedder was replaced meanwhile
  }
}
