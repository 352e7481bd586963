/** What moves in a clip. */
import type { Pixels } from '../../images/pixels.ts';
import { changes } from './changes.ts';
import { type Event, eventOf, type Track, trackBoxes } from './tracks.ts';

/** Frames that are compared. */
const MOST_FRAMES = 8;

export interface Movement {
  event: Event;
  /** Where it is in the frames. */
  track: Track;
}

/** Largest first; none if the frames do not show one scene, or are too few. */
export function movements(images: readonly Pixels[]): Movement[] {
  const places = spread([...images.keys()], MOST_FRAMES);
  const found = changes(places.map((place) => images[place] as Pixels));
  if (!found) return [];
  return trackBoxes(found.boxes).flatMap((track) => {
    const event = eventOf(track, places.length, found.shared);
    if (!event) return [];
    const within = track.map(({ frame, box }) => ({
      frame: places[frame] as number,
      box: found.within(box, frame),
    }));
    return [{ event, track: within }];
  });
}

/** At most so many, evenly spread, the first and the last among them. */
export function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))] as T);
}
