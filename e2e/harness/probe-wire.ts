/** Messages between the test page and its probe workers. */
export interface ProbeCall {
  id: number;
  /** File name in e2e/probes, without `.ts`. */
  module: string;
  /** Exported function. */
  name: string;
  args: unknown[];
}

export interface ProbeError {
  name: string;
  message: string;
  /** A TteError's code. */
  code: string | undefined;
  stack: string | undefined;
}

export type ProbeAnswer = { id: number; value: unknown } | { id: number; error: ProbeError };
