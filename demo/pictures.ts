/** Pictures the user gave, by dropping, pasting or choosing. */
import { byId, make } from './dom.ts';

export interface Picture {
  blob: Blob;
  name: string;
  /** A blob URL, valid while the page lives: earlier inputs show it too. */
  url: string;
}

const list = byId('thumbnails', HTMLUListElement);
const zone = byId('drop', HTMLDivElement);
let pictures: Picture[] = [];

export function takePictures(): readonly Picture[] {
  return pictures;
}

export function listenForPictures(): void {
  const files = byId('files', HTMLInputElement);
  files.addEventListener('change', () => {
    add(files.files);
    files.value = '';
  });
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    add(event.dataTransfer?.files);
  });
  document.addEventListener('paste', (event) => add(event.clipboardData?.files));
}

/** Says so where the model reads text only; pictures already given are then an error of the call. */
export function allowPictures(allowed: boolean): void {
  zone.classList.toggle('disabled', !allowed);
  byId('text-only', HTMLParagraphElement).hidden = allowed;
}

function add(files: FileList | null | undefined): void {
  const found = [...(files ?? [])].filter((file) => file.type.startsWith('image/'));
  pictures.push(...found.map((file) => ({ blob: file, name: file.name, url: URL.createObjectURL(file) })));
  show();
}

function show(): void {
  list.replaceChildren(
    ...pictures.map((picture) => {
      const item = make('li');
      const remove = make('button', '×', { type: 'button', 'aria-label': `Remove ${picture.name}` });
      remove.addEventListener('click', () => {
        pictures = pictures.filter((other) => other !== picture);
        show();
      });
      item.append(make('img', '', { src: picture.url, alt: picture.name }), remove);
      return item;
    }),
  );
}
