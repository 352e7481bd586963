/** Counts the embedders that use a custom embedder or a reasoner function, so that what it holds is freed with the last of them. */
import { isPackagedModel, type PackagedModel } from '../shared/packaged-model.ts';
import { safely } from './callbacks.ts';
import type { CustomEmbedder, ReasonerFunction } from './types.ts';

type Owned = CustomEmbedder | ReasonerFunction;

const users = new WeakMap<Owned, number>();

/** @returns a function that ends this use; it resolves when everything without remaining users has been freed */
export function retain(...given: readonly (Owned | string | PackagedModel | null)[]): () => Promise<void> {
  const owned = given.filter(
    (one): one is Owned =>
      typeof one === 'function' || (typeof one === 'object' && one !== null && !isPackagedModel(one)),
  );
  for (const one of owned) users.set(one, (users.get(one) ?? 0) + 1);
  let isUser = true;
  return async () => {
    if (!isUser) return;
    isUser = false;
    const freed = owned.map(async (one) => {
      const left = (users.get(one) ?? 1) - 1;
      users.set(one, left);
      if (left === 0) await one.dispose?.();
    });
    for (const outcome of await Promise.allSettled(freed))
      if (outcome.status === 'rejected') reportFailure(outcome.reason);
  };
}

const reportFailure = safely((error: unknown) => {
  throw error;
});
