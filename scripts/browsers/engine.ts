/** The browser functions that a smoke test needs, independent of the protocol that drives the browser. */
export interface EngineBrowser {
  readonly version: string;
  /** Resolves when the page's load event has fired. */
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page and awaits its value, which must be JSON. @throws Error with the message of what the page threw */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Wraps an expression so that it evaluates to its value, or to what it threw, as JSON text. */
export const asJson = (expression: string) =>
  `(async () => {
    try {
      return JSON.stringify({ value: (await (${expression})) ?? null });
    } catch (error) {
      return JSON.stringify({ error: \`\${error?.code ?? ''} \${error?.message ?? error}\\n\${error?.stack ?? ''}\` });
    }
  })()`;

/** The inverse of `asJson`. */
export function fromJson(text: string): unknown {
  const { value, error } = JSON.parse(text) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}
