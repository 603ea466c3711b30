// Pictures of the main pages for the documentation, made only when they are asked for: SCREENSHOTS=1.
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { NARROW, WIDE, startBrowser } from './browser.js';
import { startNetwork } from './network.js';
import { findPages } from './pages.js';

const FOLDER = fileURLToPath(new URL('../../docs/img/console/', import.meta.url));
const MOST_BYTES = 400_000;
// Each picture, and the page that it shows: the first whose path is of this form.
const PICTURES = [
  { name: 'home', path: /^\/$/ },
  { name: 'home-dark', path: /^\/$/, scheme: 'dark' },
  { name: 'home-phone', path: /^\/$/, size: NARROW },
  { name: 'members', path: /^\/members$/ },
  { name: 'profile', path: /^\/members\/FR$/ },
  { name: 'record', path: /^\/records\/[A-Z]+\/practice\/[^/]+$/ },
  { name: 'record-dark', path: /^\/records\/[A-Z]+\/practice\/[^/]+$/, scheme: 'dark' },
  { name: 'search', path: '/search?q=custody' },
  { name: 'standards', path: /^\/standards$/ },
  { name: 'indicator', path: /^\/indicators\/.+$/ },
  { name: 'study', path: /^\/studies\/.+$/ },
  { name: 'network', path: /^\/network$/ },
  { name: 'verify', path: /^\/verify$/, prepare: verify },
];
const isAsked = process.env.SCREENSHOTS === '1';
let network, browser, pages;
const tabs = {};

before(async () => {
  if (!isAsked) return;
  mkdirSync(FOLDER, { recursive: true });
  network = await startNetwork({ nodes: 6 });
  browser = await startBrowser(network);
  for (const scheme of ['light', 'dark']) tabs[scheme] = await browser.tab({ scheme });
  ({ pages } = await findPages(network.console, await tabs.light.cookie()));
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

test('pictures of the main pages', { skip: !isAsked }, async (t) => {
  for (const { name, path, scheme = 'light', size = WIDE, prepare } of PICTURES) {
    await t.test(name, async () => {
      const found = typeof path === 'string' ? path : pages.find((one) => path.test(one));
      assert.ok(found, 'there is such a page');
      const tab = tabs[scheme];
      await tab.page.setViewport({ ...size, deviceScaleFactor: 1 });
      await tab.open(found);
      await prepare?.(tab.page);
      const file = `${FOLDER}${name}.png`;
      await tab.page.screenshot({ path: file });
      assert.ok(statSync(file).size < MOST_BYTES, `${name}.png is too large`);
      tab.holds();
    });
  }
});

// With its answer, which is what the page is for.
async function verify(page) {
  await page.type('#network', network.id);
  await (await page.$('#file')).uploadFile(network.bundle);
  await page.waitForSelector('#answer .outcome');
  await page.$eval('#answer', (node) => node.scrollIntoView());
}
