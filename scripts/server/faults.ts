/** Ways in which a server can fail, as tests order them. Offsets are bytes from the start of the file. */
export type Fault =
  /** A whole, well-formed answer of a file that ends too early. */
  | { kind: 'truncate'; at: number }
  /** One byte is inverted. */
  | { kind: 'corrupt'; at: number }
  /** Nothing comes after this offset; the connection stays open until `release()` or the client goes. */
  | { kind: 'stall'; at: number }
  /** The connection breaks at this offset, after an honest Content-Length. */
  | { kind: 'drop'; at: number }
  | { kind: 'slow'; bytesPerSecond: number }
  /** 200 with an HTML page, as single-page hosts answer for files they do not have. */
  | { kind: 'html' }
  | { kind: 'status'; status: number }
  /** The server does not know Range requests. */
  | { kind: 'no-range' }
  /** The file has changed since: another ETag. */
  | { kind: 'changed' };

export type FaultRule = Fault & {
  /** Applies to paths that contain this string or match this expression. */
  match: string | RegExp;
  /** How many answers are spoilt, then all is well. @default every one */
  times?: number;
};

export interface Hit {
  path: string;
  range: string | null;
  status: number;
  /** Bytes of the body that were handed to the connection. */
  bytes: number;
}

/** A copy of the whole origin below `path`, with rules of its own. */
export interface FaultyOrigin {
  /** Prefix, as `/fault/3`: put it before `/models/…`. */
  readonly path: string;
  readonly hits: readonly Hit[];
  /** Replaces the rules. */
  set(rules: readonly FaultRule[]): void;
  /** Lets stalled answers go on. */
  release(): void;
}

export interface FaultState extends FaultyOrigin {
  readonly hits: Hit[];
  take(path: string): Fault | null;
  readonly released: Promise<void>;
}

export function createFaultState(path: string, first: readonly FaultRule[]): FaultState {
  let rules = first.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    path,
    hits: [],
    released,
    release: () => release(),
    set(next) {
      rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    take(file) {
      const found = rules.find(({ rule, left }) => left > 0 && matches(rule.match, file));
      if (!found) return null;
      found.left--;
      return found.rule;
    },
  };
}

function matches(pattern: string | RegExp, path: string): boolean {
  return typeof pattern === 'string' ? path.includes(pattern) : pattern.test(path);
}
