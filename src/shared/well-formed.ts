/** Texts that are the same everywhere: in IndexedDB, in files, in other databases. */

/** Neither UTF-8 nor any database keeps half a character (a lone surrogate); PostgreSQL keeps no NUL. */
export function isPortable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}
