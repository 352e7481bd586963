/** Opens a database of IndexedDB that has one object store. */

/** The database may be open elsewhere: its other users are given this long to close it, as this package's own do at once. */
const PATIENCE_MS = 2000;
/** Somebody else may change the database's version each time. */
const ATTEMPTS = 3;

/**
 * A database that another script has made, without the object store, gets it with the next version.
 * @param onClose called when the connection can no longer be used
 */
export async function openDatabase(
  name: string,
  objectStore: string,
  onClose: () => void,
): Promise<IDBDatabase> {
  for (let left = ATTEMPTS - 1, version: number | undefined; ; left--) {
    try {
      const db = await opened(name, version, objectStore);
      if (db.objectStoreNames.contains(objectStore)) return yielding(db, onClose);
      version = db.version + 1;
      db.close();
    } catch (error) {
      // Somebody has given it a higher version meanwhile.
      if (left === 0 || (error as Error | null)?.name !== 'VersionError') throw error;
      version = undefined;
    }
    if (left === 0) throw lacking(name, objectStore);
  }
}

/** @param version the newest, if not given */
function opened(name: string, version: number | undefined, objectStore: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = version === undefined ? indexedDB.open(name) : indexedDB.open(name, version);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAwaited = true;
    request.onupgradeneeded = () => {
      const db = request.result;
      if (!db.objectStoreNames.contains(objectStore)) db.createObjectStore(objectStore);
    };
    request.onblocked = () => {
      timer = setTimeout(() => {
        isAwaited = false;
        reject(lacking(name, objectStore));
      }, PATIENCE_MS);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isAwaited) resolve(request.result);
      else request.result.close();
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
  });
}

/**
 * A page that deletes the database, as many do when a user signs out, would wait until this worker ends, and whoever opens the database
 * in the meantime would wait, too. So it is closed, and opened again by its next use.
 */
function yielding(db: IDBDatabase, onClose: () => void): IDBDatabase {
  db.onversionchange = () => {
    db.close();
    onClose();
  };
  db.onclose = onClose; // by the browser
  return db;
}

function lacking(name: string, objectStore: string): DOMException {
  return new DOMException(
    `The database '${name}' was made by another script, without the object store '${objectStore}', and is kept open: close it there, or delete it.`,
    'InvalidStateError',
  );
}
