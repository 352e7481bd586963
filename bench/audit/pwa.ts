/** Whether the page is an application: Chromium would install it, and it opens with its server dead. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type LaunchOptions } from '@playwright/test';
import type { WebServer } from '../../scripts/server/server.ts';

export interface Pwa {
  /** Why Chromium would not install it. */
  installability: string[];
  /** What it finds wrong in the manifest. */
  manifest: string[];
  offline: boolean;
}

/** Closes the server. */
export async function auditPwa(launch: LaunchOptions, server: WebServer): Promise<Pwa> {
  // Nothing is installed from Playwright's usual private window.
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
