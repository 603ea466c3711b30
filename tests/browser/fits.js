// Whether a page fits on a screen.
import assert from 'node:assert/strict';
import { NARROW, WIDE } from './browser.js';

// Nothing makes the page itself scroll sideways, on a telephone or on a screen.
export async function fits({ page }) {
  for (const size of [NARROW, WIDE]) {
    await page.setViewport(size);
    const beyond = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    assert.equal(beyond, 0, `pixels beyond the edge at ${size.width}`);
  }
}
