/** Pictures the user gave, with addresses to show them by. */
export interface DroppedImages {
  blob: Blob;
  name: string;
  /** A blob URL, valid while the page lives: earlier inputs show it too. */
  url: string;
}

export function droppedImages(blob: Blob, name: string): DroppedImages {
  return { blob, name, url: URL.createObjectURL(blob) };
}

export function picturesIn(data: DataTransfer | null): DroppedImages[] {
  const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
  return files.map((file) => droppedImages(file, file.name));
}
