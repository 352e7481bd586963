/** Pictures that the user chose, dropped, pasted or took, with URLs to display them. */
export interface PickedImage {
  blob: Blob;
  name: string;
  /** A blob URL. It is never revoked, because earlier inputs keep showing it. */
  url: string;
}

export function pickedImage(blob: Blob, name: string): PickedImage {
  return { blob, name, url: URL.createObjectURL(blob) };
}

export function picturesIn(data: DataTransfer | null): PickedImage[] {
  const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
  return files.map((file) => pickedImage(file, file.name));
}
