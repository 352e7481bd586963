/** Plans scenes: which pictures lie where, at what size and angle, on what background. The page draws them (`page/draw.ts`). */
import type { Cell, Ground, Scene, Source } from '../pictures.ts';
import type { Random } from '../random.ts';

export function drawCell(source: Source, random: Random): Cell {
  return {
    source,
    scale: random.between(0.55, 0.95),
    turn: random.between(-0.35, 0.35),
    mirror: random.chance(0.5),
    x: random.between(-1, 1),
    y: random.between(-1, 1),
  };
}

export function drawScene(sources: readonly (Source | null)[], random: Random): Scene {
  return { ground: drawGround(random), cells: sources.map((source) => source && drawCell(source, random)) };
}

/** A white, pale, plain or softly textured background. */
function drawGround(random: Random): Ground {
  const kind = random.pick(['white', 'pale', 'pale', 'full'] as const);
  const level = () =>
    kind === 'white' ? 255 : kind === 'pale' ? random.between(217, 255) : random.between(0, 255);
  const colour = () => `rgb(${[level(), level(), level()].map(Math.round).join(' ')})`;
  return {
    colour: colour(),
    texture: Array.from({ length: 16 }, colour),
    strength: random.chance(0.6) ? random.between(0, 0.5) : 0,
    brightness: random.between(0.85, 1.1),
  };
}
