/** Server faults that tests can request. Offsets are bytes from the start of the file. */
export type Fault =
  /** A well-formed response with a file that ends too early. */
  | { kind: 'truncate'; at: number }
  /** One byte is inverted. */
  | { kind: 'corrupt'; at: number }
  /** Nothing is sent after this offset; the connection stays open until `release()` or until the client closes it. */
  | { kind: 'stall'; at: number }
  /** The connection breaks at this offset, after a correct Content-Length. */
  | { kind: 'drop'; at: number }
  | { kind: 'slow'; bytesPerSecond: number }
  /** 200 with an HTML page, as hosts of single-page applications respond to missing files. */
  | { kind: 'html' }
  | { kind: 'status'; status: number }
  /** The server ignores Range requests. */
  | { kind: 'no-range' }
  /** The file has changed: its ETag differs. */
  | { kind: 'changed' };

export type FaultRule = Fault & {
  /** Applies to paths that contain this string or match this expression. */
  match: string | RegExp;
  /** Number of responses that fail before the server recovers. @default all */
  times?: number;
};

export interface Hit {
  path: string;
  range: string | null;
  status: number;
  /** Bytes of the body that were written to the connection. */
  bytes: number;
}

/** A copy of the whole origin below `path`, with fault rules of its own. */
export interface FaultyOrigin {
  /** Prefix for URL paths such as `/models/…`, for example `/fault/3`. */
  readonly path: string;
  readonly hits: readonly Hit[];
  /** Replaces the rules. */
  set(rules: readonly FaultRule[]): void;
  /** Lets stalled responses continue. */
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
