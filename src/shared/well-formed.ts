/** Text that survives unchanged in IndexedDB, in files and in other databases. */

/** UTF-8 and databases cannot store lone surrogates, and PostgreSQL cannot store NUL. */
export function isPortable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}
