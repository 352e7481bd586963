/** What a smoke test needs of a browser, whichever protocol drives it. */
export interface EngineBrowser {
  readonly version: string;
  /** Resolves when the page's load event has fired. */
  goto(url: string): Promise<void>;
  /** The JSON value of an expression, awaited in the page. @throws Error with what the page threw */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** An expression as one that gives its value, or what it threw, as a JSON text. */
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
