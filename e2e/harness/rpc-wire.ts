/** Messages between a test or benchmark page and a worker of its own. Nothing here is part of the package. */
export interface Call {
  id: number;
  /** Exported function. */
  name: string;
  args: unknown[];
}

export interface RemoteError {
  name: string;
  message: string;
  /** A TteError's code. */
  code: string | undefined;
  stack: string | undefined;
}

export type Answer = { id: number; value: unknown } | { id: number; error: RemoteError };
