/** The evaluation's pictures are drawn as planned, and equal plans give equal files. */
import type { Cell, Drawing } from '../eval/pictures.ts';
import { expect, test } from './harness/test.ts';

type Draw = typeof import('./pages/draw.ts');

/** A square with wide transparent margins, which must be cropped so that it has the size given by its cell's scale. */
const square = (colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 64 64"><rect x="24" y="30" width="10" height="10" fill="${colour}"/></svg>`;
const cell = (art: string): Cell => ({ source: { art }, scale: 0.5, turn: 0, mirror: false, x: 0, y: 0 });
const ground = { colour: '#fff', texture: [], strength: 0, brightness: 1 };
const scene = { ground, cells: [cell('red'), null, cell('blue'), cell('red')] };
const drawing: Drawing = {
  pictures: {
    scene: { kind: 'scene', scene },
    crop: { kind: 'crop', scene, cell: 2 },
    page: { kind: 'page', title: 'Title', lines: ['a line of text'], figure: cell('blue') },
  },
  art: { red: square('#f00'), blue: square('#00f') },
};
const [RED, BLUE, WHITE] = [
  [255, 0, 0],
  [0, 0, 255],
  [255, 255, 255],
];

test('scenes, their parts and pages are drawn as planned', async ({ harness }) => {
  const draw = (key: string, points: [number, number][]) =>
    harness.evaluate(
      async ([drawing, key, points]) => ((await window.inPage('draw')) as Draw).drawn(drawing, key, points),
      [drawing, key, points] as const,
    );
  const quarters: [number, number][] = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
    [0.03, 0.03],
  ];
  const first = await draw('scene', quarters);
  expect(first).toMatchObject({ width: 448, height: 448, colours: [RED, WHITE, BLUE, RED, WHITE] });
  expect((await draw('scene', quarters)).digest).toBe(first.digest);
  // Half the cell's side, centred: from 0.25 to 0.75.
  const crop = await draw('crop', [
    [0.5, 0.5],
    [0.28, 0.72],
    [0.22, 0.5],
  ]);
  expect(crop).toMatchObject({ width: 224, height: 224, colours: [BLUE, BLUE, WHITE] });
  const page = await draw('page', [
    [0.45, 0.7],
    [0.98, 0.02],
  ]);
  expect(page.colours).toEqual([BLUE, WHITE]);
});
