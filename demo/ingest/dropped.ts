import type { Found } from './expand.ts';

/** All dropped files, including those in folders. Must be called while the drop event is being handled. */
export async function filesOf(data: DataTransfer): Promise<Found[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const loose = [...data.files];
  const walked = await Promise.all(entries.filter((entry) => entry !== null).map(walk));
  // Files created by scripts have no entry.
  return walked.length > 0 ? walked.flat() : loose.map((file) => ({ file, path: file.name }));
}

/** Files of an `<input>`, with their paths if a folder was chosen. */
export function filesFrom(input: HTMLInputElement): Found[] {
  return [...(input.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

async function walk(entry: FileSystemEntry): Promise<Found[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, path: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Found[] = [];
  for (;;) {
    // A reader returns at most a hundred entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const child of some) found.push(...(await walk(child)));
  }
}
