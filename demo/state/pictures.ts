/** Pictures the user gave, with addresses to show them by. */
export interface Given {
  blob: Blob;
  name: string;
  /** A blob URL, valid while the page lives: earlier inputs show it too. */
  url: string;
}

export function given(blob: Blob, name: string): Given {
  return { blob, name, url: URL.createObjectURL(blob) };
}

export function picturesIn(data: DataTransfer | null): Given[] {
  const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
  return files.map((file) => given(file, file.name));
}
