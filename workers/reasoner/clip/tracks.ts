/** Follows what moves through the frames of a clip, and tells what happens to it. */
import type { Box } from '../../../src/shared/types.ts';

/** One thing that moves. Boxes are in shares of the frame; frames in which it was not seen are missing. */
export type Track = readonly { frame: number; box: Box }[];

/** Where a thing goes. */
export type Way = 'left' | 'right' | 'up' | 'down';

export interface Event {
  /** A thing that comes in or leaves moves as well. */
  what: 'moves' | 'comes' | 'leaves';
  way: Way;
}

/** How many times as large, in area, one of two boxes of the same thing may be. */
const MOST_GROWTH = 3;
/** Shares of the frame: the shortest way that is a move. */
const MOVED = 0.12;
/** Share of the frames in which it is seen: in fewer, it cannot be told from the background that it leaves uncovered. */
const SEEN = 1 / 3;
/** Shares of the frame: what is as near to the edge touches it. */
const TOUCHES = 0.04;
const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };

/** Each thing is the nearest one of the frame before that is about as large; largest first. @param frames boxes in each frame */
export function trackBoxes(frames: readonly (readonly Box[])[]): Track[] {
  const tracks: { frame: number; box: Box }[][] = [];
  for (const [frame, boxes] of frames.entries()) {
    const pairs = tracks
      .flatMap((track) =>
        boxes.map((box) => ({ track, box, far: distance((track.at(-1) as Track[number]).box, box) })),
      )
      .filter(({ far }) => far < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.far - b.far);
    const taken = new Set<unknown>();
    for (const { track, box } of pairs) {
      if (taken.has(track) || taken.has(box)) continue;
      taken.add(track).add(box);
      track.push({ frame, box });
    }
    for (const box of boxes) if (!taken.has(box)) tracks.push([{ frame, box }]);
  }
  return tracks.sort((a, b) => size(b) - size(a));
}

/** Null if it only flickers. @param frames number of frames of the clip @param shared what all of them show */
export function eventOf(track: Track, frames: number, shared = WHOLE): Event | null {
  const [first, last] = [track[0], track.at(-1)] as [Track[number], Track[number]];
  const [from, to] = [middle(first.box), middle(last.box)];
  const [x, y] = [to.x - from.x, to.y - from.y];
  if (track.length < Math.max(2, SEEN * frames) || Math.hypot(x, y) < MOVED) return null;
  // What appears or vanishes elsewhere was hidden, or stood still for most of the clip.
  const hasCome = first.frame > 0 && isAtEdge(first, track[1] as Track[number], shared);
  const hasLeft = last.frame < frames - 1 && isAtEdge(last, track.at(-2) as Track[number], shared);
  const what = hasCome ? 'comes' : hasLeft ? 'leaves' : 'moves';
  const way = Math.abs(x) >= Math.abs(y) ? (x < 0 ? 'left' : 'right') : y < 0 ? 'up' : 'down';
  return { what, way };
}

/** Whether a thing touches the edge, or its middle would be beyond it a step further from where it is in another frame. */
function isAtEdge(
  { frame, box }: Track[number],
  other: Track[number],
  { x, y, width, height }: Box,
): boolean {
  const [at, from] = [middle(box), middle(other.box)];
  const steps = Math.abs(frame - other.frame);
  const [right, down] = [at.x + (at.x - from.x) / steps - x, at.y + (at.y - from.y) / steps - y];
  if (right < 0 || right > width || down < 0 || down > height) return true;
  const gaps = [box.x - x, box.y - y, x + width - box.x - box.width, y + height - box.y - box.height];
  return Math.min(...gaps) < TOUCHES;
}

/** Infinite if they cannot be of one thing. */
function distance(a: Box, b: Box): number {
  const growth = area(a) / area(b);
  if (growth > MOST_GROWTH || growth < 1 / MOST_GROWTH) return Number.POSITIVE_INFINITY;
  const [from, to] = [middle(a), middle(b)];
  return Math.hypot(to.x - from.x, to.y - from.y);
}

const size = (track: Track) => track.reduce((sum, { box }) => sum + area(box), 0);
const area = ({ width, height }: Box) => width * height;

function middle({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
