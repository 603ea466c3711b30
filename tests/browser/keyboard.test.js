// What is reached with the keyboard, and that one sees where one is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startNetwork } from './network.js';

const MOST_STOPS = 120;
let network, browser, tab;

before(async () => {
  network = await startNetwork({ nodes: 2 });
  browser = await startBrowser(network);
  tab = await browser.tab();
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

test('the first stop of a page skips what stands before its content', async () => {
  await tab.open('/');
  await tab.page.keyboard.press('Tab');
  const { inView, target } = await tab.page.evaluate(() => {
    const { left, top, width } = document.activeElement.getBoundingClientRect();
    return { inView: left >= 0 && top >= 0 && width > 0, target: document.activeElement.getAttribute('href') };
  });
  assert.ok(inView, 'it is seen once it has the focus');
  assert.equal(target, '#main');
  await tab.page.keyboard.press('Enter');
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'main');
  await tab.page.keyboard.press('Tab');
  assert.ok(await tab.page.evaluate(() => document.activeElement.closest('main, footer, html') !== null));
  assert.ok(await tab.page.evaluate(() => document.activeElement.closest('nav, header') === null));
  tab.holds();
});

test('every link of the menu is reached, in the order in which it stands', async () => {
  await tab.open('/');
  const links = await tab.page.$$eval('nav.menu a', (all) => all.map((link) => link.getAttribute('href')));
  assert.ok(links.length > 10);
  const stops = await walk();
  const inMenu = stops.filter(({ isMenu }) => isMenu).map(({ href }) => href);
  assert.deepEqual(inMenu, links);
  tab.holds();
});

test('wherever the focus is, one sees it', async (t) => {
  for (const path of ['/', '/search', '/compare', '/verify', '/sign-in']) {
    await t.test(path, async () => {
      await tab.open(path);
      const stops = await walk();
      assert.ok(stops.length > 2);
      assert.deepEqual(
        stops.filter(({ isSeen }) => !isSeen).map(({ html }) => html),
        [],
      );
      tab.holds();
    });
  }
});

// Where the Tab key leads, from the top of the page to its end.
async function walk() {
  const stops = [];
  while (stops.length < MOST_STOPS) {
    await tab.page.keyboard.press('Tab');
    const stop = await tab.page.evaluate(() => {
      const node = document.activeElement;
      if (node === document.body || node.dataset.walked) return null;
      node.dataset.walked = 'yes';
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
      const { width, height } = node.getBoundingClientRect();
      const isDrawn = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
      return {
        href: node.getAttribute('href'),
        html: node.outerHTML.slice(0, 120),
        isMenu: node.closest('nav.menu') !== null,
        isSeen: isDrawn && width > 0 && height > 0,
      };
    });
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}
