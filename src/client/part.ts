/** Parts of the package that only some pages need are loaded when they do: a page may outlive the files that it was made of. */
import { TteError } from '../shared/errors.ts';

/** @param loading the `import()` of a part. @throws TteError download-failed */
export function part<T>(loading: Promise<T>): Promise<T> {
  return loading.catch((cause) => {
    throw new TteError(
      'download-failed',
      `Part of this package did not load (${cause}). Call again, or reload the page.`,
      { cause },
    );
  });
}
