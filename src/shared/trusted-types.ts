/** Trusted Types: a page that demands them allows the URLs of our scripts with `trusted-types think-then-embed`. */
export const POLICY = 'think-then-embed';

interface Policy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

let policy: Policy | null | undefined;

/**
 * A URL for `new Worker`. Where the browser knows Trusted Types, it is one of our policy's; the string it stands for otherwise.
 * @throws TypeError where the page's Content-Security-Policy does not name our policy
 */
export function trustedScriptUrl(url: string): string {
  if (policy === undefined) {
    const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
    policy = trustedTypes?.createPolicy(POLICY, { createScriptURL: (url) => url }) ?? null;
  }
  return policy ? (policy.createScriptURL(url) as string) : url;
}
