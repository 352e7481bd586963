/** The map: items on one canvas, drawn once; hover and lasso on a second canvas above it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { StoredItem } from 'think-then-embed';
import { current, kindOf, type Place, places, select, selected, toggle } from '../state/map.ts';
import { thumbnailUrl } from '../state/thumbnails.ts';
import { text } from '../strings.ts';
import {
  ARROWS,
  blank,
  drawAll,
  drawLoop,
  drawOne,
  inside,
  type Look,
  nearest,
  type Spots,
  spread,
  towards,
} from '../ui/scatter.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { nameOf } from './hit.tsx';

/** Above this number items are drawn as dots, because their pictures would cover each other. */
const MAX_PICTURES = 300;
/** A press that moves less than this many pixels is a click. */
const CLICK_TOLERANCE = 5;
const REACH = 12;

interface Scene {
  spots: Spots;
  looks: Look[];
  side: number;
  ring: string;
  width: number;
  height: number;
}

export function MapCanvas() {
  const box = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const loop = useRef<{ path: Path2D; from: readonly [number, number]; moved: boolean } | null>(null);
  const { width, height } = useSize(box);
  const dark = useDark();
  const shown = places.value;
  const pictures = usePictures(shown);
  const scene = useRef<Scene | null>(null);

  useLayoutEffect(() => {
    const context = below.current && blank(below.current, width, height);
    if (!context || !box.current) return;
    const side = Math.min(46, Math.max(8, 0.6 * Math.sqrt((width * height) / Math.max(1, shown.length))));
    const colours = coloursIn(box.current);
    const looks = shown.map(({ id, item }) => ({
      colour: colours.get(kindOf(item)) ?? colours.mark,
      picture: pictures.get(id) ?? null,
      selected: selected.value.has(id),
    }));
    const spots = spread(shown, { width, height, margin: side / 2 + 10 });
    scene.current = { spots, looks, side, ring: colours.mark, width, height };
    drawAll(context, scene.current);
    drawAbove();
  }, [shown, selected.value, pictures, width, height, dark]);
  useLayoutEffect(drawAbove, [current.value]);

  function drawAbove(): void {
    const drawn = scene.current;
    const context = drawn && above.current && blank(above.current, drawn.width, drawn.height);
    if (!drawn || !context) return;
    if (current.peek() !== null) drawOne(context, drawn, current.peek() as number);
    if (loop.current?.moved) drawLoop(context, loop.current.path, drawn.ring);
  }

  function meant({ offsetX, offsetY }: PointerEvent): number | null {
    const drawn = scene.current;
    return drawn && nearest(drawn.spots, offsetX, offsetY, Math.max(REACH, drawn.side / 2));
  }

  function onMove(event: PointerEvent): void {
    const drag = loop.current;
    if (!drag) {
      current.value = meant(event);
      return;
    }
    drag.moved ||= Math.hypot(event.offsetX - drag.from[0], event.offsetY - drag.from[1]) > CLICK_TOLERANCE;
    drag.path.lineTo(event.offsetX, event.offsetY);
    current.value = null;
    drawAbove();
  }

  function onUp(event: PointerEvent): void {
    const drag = loop.current;
    const context = above.current?.getContext('2d');
    loop.current = null;
    if (!drag || !context || !scene.current) return;
    const hit = meant(event);
    if (drag.moved) {
      const ids = inside(scene.current.spots, drag.path, context).map((i) => (shown[i] as Place).id);
      select(event.shiftKey ? [...selected.peek(), ...ids] : ids);
    } else if (hit !== null) toggle((shown[hit] as Place).id);
    drawAbove();
  }

  function onKey(event: KeyboardEvent): void {
    const drawn = scene.current;
    const at = current.peek();
    if (!drawn || shown.length === 0) return;
    if (event.key in ARROWS) {
      current.value =
        at === null
          ? nearest(drawn.spots, width / 2, height / 2, Number.POSITIVE_INFINITY)
          : (towards(drawn.spots, at, event.key) ?? at);
    } else if ((event.key === 'Enter' || event.key === ' ') && at !== null) toggle((shown[at] as Place).id);
    else if (event.key === 'Escape') select([]);
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={box}
      id="map"
      class="plane"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive, by arrow keys
      tabIndex={0}
      aria-label={text.map.label(shown.length)}
      onKeyDown={onKey}
    >
      <canvas ref={below} />
      <canvas
        ref={above}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const path = new Path2D();
          path.moveTo(event.offsetX, event.offsetY);
          loop.current = { path, from: [event.offsetX, event.offsetY], moved: false };
        }}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={() => {
          loop.current = null;
          drawAbove();
        }}
        onPointerLeave={() => {
          if (!loop.current) current.value = null;
        }}
      />
      <CurrentItem scene={scene.current} />
    </div>
  );
}

/** The hovered or focused item, shown next to its point. */
function CurrentItem({ scene }: { scene: Scene | null }) {
  const at = current.value;
  const item = at === null ? null : places.value[at]?.item;
  const [x, y] = at === null ? [0, 0] : [scene?.spots[2 * at] ?? 0, scene?.spots[2 * at + 1] ?? 0];
  const { width = 0, height = 0 } = scene ?? {};
  const gap = 10 + (scene?.side ?? 0);
  return (
    <div
      id="map-item"
      class="shown"
      role="status"
      hidden={!item}
      style={{
        left: x < width / 2 ? `${x + gap}px` : 'auto',
        right: x < width / 2 ? 'auto' : `${width - x + gap}px`,
        top: y < height / 2 ? `${y}px` : 'auto',
        bottom: y < height / 2 ? 'auto' : `${height - y}px`,
      }}
    >
      {item && <Thumbnail item={item} />}
      <span class="name">{item && nameOf(item)}</span>
    </div>
  );
}

/** The style sheet's colours, read from the legend. */
function coloursIn(box: HTMLElement): Map<string, string> & { mark: string } {
  const marks = box.parentElement?.querySelectorAll<HTMLElement>('[data-kind]') ?? [];
  const colours = new Map([...marks].map((mark) => [mark.dataset.kind ?? '', getComputedStyle(mark).color]));
  return Object.assign(colours, { mark: getComputedStyle(box).color });
}

function useSize(box: { current: HTMLElement | null }) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

function useDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return dark;
}

const NONE: ReadonlyMap<string, HTMLImageElement> = new Map();

/** Pictures of the items by id, if there are few enough to be seen. */
function usePictures(shown: readonly Place[]): ReadonlyMap<string, HTMLImageElement> {
  const [pictures, setPictures] = useState(NONE);
  useEffect(() => {
    let wanted = true;
    const few = shown.length <= MAX_PICTURES ? shown : [];
    void Promise.all(few.map(({ item }) => load(item))).then((loaded) => {
      if (wanted) setPictures(new Map(loaded.flatMap((one) => (one ? [one] : []))));
    });
    return () => {
      wanted = false;
    };
  }, [shown]);
  return pictures;
}

async function load({ id, contentHash }: StoredItem): Promise<[string, HTMLImageElement] | null> {
  const url = await thumbnailUrl(id, contentHash);
  if (!url) return null;
  const image = new Image();
  image.src = url;
  // A picture that cannot be displayed becomes a dot.
  return image.decode().then(
    () => [id, image],
    () => null,
  );
}
