/** Trusted Types: a page that requires them can allow this package's script URLs with `trusted-types think-then-embed`. */
export const POLICY = 'think-then-embed';

interface Policy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

let policy: Policy | null | undefined;

/**
 * A URL for `new Worker`: a TrustedScriptURL of this package's policy if the browser supports them, otherwise a string.
 * @throws TypeError if the page's Content-Security-Policy does not allow the policy
 */
export function trustedScriptUrl(url: string): string {
  if (policy === undefined) {
    const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
    policy = trustedTypes?.createPolicy(POLICY, { createScriptURL: (url) => url }) ?? null;
  }
  return policy ? (policy.createScriptURL(url) as string) : url;
}
