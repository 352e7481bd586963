/** Pictures as they are planned in Node and drawn in the page: plain data, so that equal plans give equal pictures. */

/** What lies in a cell: the markup of an SVG by its key in `Drawing.art`, or a photograph's URL. */
export type Source = { art: string } | { photo: string };

export interface Cell {
  source: Source;
  /** Of the picture's longer side, as a share of the cell; a photograph fills its cell whatever this says. */
  scale: number;
  /** Radians, clockwise. */
  turn: number;
  mirror: boolean;
  /** Offset from the middle in −1 … 1 of the room that is left. */
  x: number;
  y: number;
}

export interface Ground {
  /** CSS colour. */
  colour: string;
  /** 4 × 4 colours spread softly over it, and how strongly (0–1). */
  texture: readonly string[];
  strength: number;
  /** Factor on the whole picture. */
  brightness: number;
}

/** Four cells in reading order (null: empty), or one. */
export interface Scene {
  ground: Ground;
  cells: readonly (Cell | null)[];
}

export type Picture =
  /** A file as it is. */
  | { kind: 'file'; url: string }
  | { kind: 'scene'; scene: Scene }
  /** The part of a scene's picture that shows one cell. */
  | { kind: 'crop'; scene: Scene; cell: number }
  /** A page of text with a figure. */
  | { kind: 'page'; title: string; lines: readonly string[]; figure: Cell };

/** Pictures to draw, by key, and the art they take. */
export interface Drawing {
  pictures: Readonly<Record<string, Picture>>;
  art: Readonly<Record<string, string>>;
}
