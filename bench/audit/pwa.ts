/** Checks that the page is a progressive web app: Chromium offers to install it, and it opens while its server is down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type LaunchOptions } from '@playwright/test';
import type { WebServer } from '../../scripts/server/server.ts';

export interface Pwa {
  /** Chromium's reasons not to install it. */
  installability: string[];
  /** Errors that it finds in the manifest. */
  manifest: string[];
  offline: boolean;
}

/** Closes the server. */
export async function auditPwa(launch: LaunchOptions, server: WebServer): Promise<Pwa> {
  // Chromium installs nothing from a private window, which is what Playwright opens by default.
  const profile = mkdtempSync(join(tmpdir(), 'audit-'));
  const context = await chromium.launchPersistentContext(profile, launch);
  try {
    const page = await context.newPage();
    await page.goto(`${server.origin}/`);
    await page.locator('#badge-offline', { hasText: 'works offline' }).waitFor({ timeout: 120_000 });
    const session = await context.newCDPSession(page);
    const { errors } = await session.send('Page.getAppManifest');
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    await server.close();
    await page.reload();
    const offline = await expect(page.locator('.hero'))
      .toBeVisible()
      .then(
        () => true,
        () => false,
      );
    return {
      installability: installabilityErrors.map(({ errorId }) => errorId),
      manifest: errors.map(({ message }) => message),
      offline,
    };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
