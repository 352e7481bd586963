/** Runs axe on every scene, light and dark, in a desktop and a phone viewport, and takes screenshots if a folder is passed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { axeViolations } from '../../e2e/demo/helpers.ts';
import { SCENES } from './scenes.ts';

export interface Access {
  size: string;
  scheme: 'light' | 'dark';
  scene: string;
  /** Violations reported by axe, one line each. */
  violations: string[];
  /** How much wider the page is than the window, px. */
  overhang: number;
}

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** @param pictures folder for screenshots, or undefined */
export async function auditAccess(browser: Browser, baseURL: string, pictures?: string): Promise<Access[]> {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const found: Access[] = [];
  for (const [size, device] of Object.entries(SIZES)) {
    const context = await browser.newContext({ baseURL, ...device, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const { name, show } of SCENES) {
      await show(page);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        const overhang = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        found.push({ size, scheme, scene: name, violations: await axeViolations(page), overhang });
        const file = `${size} ${name} ${scheme}.png`.replaceAll(/[ ,]+/g, '-');
        if (pictures) await page.screenshot({ path: join(pictures, file) });
      }
    }
    await context.close();
  }
  return found;
}
