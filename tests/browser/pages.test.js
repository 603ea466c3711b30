// What holds of every page of the console, in both languages, by day and by night, with and without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { isAccessible, prints, reads } from './checks.js';
import { fits } from './fits.js';
import { startNetwork } from './network.js';
import { findPages } from './pages.js';
import { publishExamples } from './records.js';
import { request } from './request.js';

const MOST_BYTES = 300_000;
let network, browser, found, plain;
const readings = [];

before(async () => {
  network = await startNetwork();
  // So that there is a record of every kind to look at.
  await publishExamples(network);
  browser = await startBrowser(network);
  // An operator sees all that others see, and what the node finds when it looks itself over.
  const { text: token } = await network.token('operator');
  for (const [language, scheme] of [
    ['en', 'light'],
    ['fr', 'dark'],
  ]) {
    readings.push({ language, scheme, tab: await browser.tab({ language, scheme, token }) });
  }
  plain = await browser.tab({ javaScript: false, token });
  found = await findPages(network.console, await readings[0].tab.cookie());
  assert.ok(found.pages.includes('/network/checkup'));
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

test('every page holds, in both languages and both sets of colours', async (t) => {
  for (const path of found.pages) {
    for (const { language, scheme, tab } of readings) {
      await t.test(`${path} ${language} ${scheme}`, async () => {
        const response = await tab.open(path);
        const { length } = await response.buffer();
        assert.ok(length <= MOST_BYTES, `${length} bytes`);
        // The page that verifies speaks the language of the browser.
        await reads(tab, path === '/verify' ? 'en' : language);
        await fits(tab);
        await prints(tab);
        await isAccessible(tab);
        tab.holds();
        // The page that verifies works by JavaScript, and says so.
        if (language === 'en' && path !== '/verify') await saysTheSame(path, tab);
      });
    }
  }
});

test('pages for those who are not signed in hold as well', async (t) => {
  for (const [language, scheme] of [
    ['en', 'dark'],
    ['fr', 'light'],
  ]) {
    const tab = await browser.tab({ signedIn: false, language, scheme });
    for (const [path, status] of [
      ['/sign-in', 200],
      ['/no-such-page', 404],
    ]) {
      await t.test(`${path} ${language} ${scheme}`, async () => {
        await tab.open(path, { status });
        await reads(tab, language);
        await fits(tab);
        await isAccessible(tab);
        tab.holds();
      });
    }
    await tab.close();
  }
});

test('a record whose page is not there is a record that is not here', async (t) => {
  for (const path of found.absent) {
    const reference = decodeURIComponent(path.split('/').slice(2, 5).join('/'));
    await t.test(reference, () => assert.rejects(network.liaison(network.authorities[0], 'get', reference)));
  }
});

test('files that pages offer are there, and are no pages', async (t) => {
  const cookie = await readings[0].tab.cookie();
  for (const path of found.files) {
    await t.test(path, async () => {
      const { status, headers } = await request(network.console, path, { headers: { cookie } });
      assert.equal(status, 200);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.doesNotMatch(headers['content-type'], /html|xml|svg|script/);
    });
  }
});

// What the node tells of its peers may change between two looks, but not each time.
async function saysTheSame(path, tab, looks = 3) {
  await plain.open(path);
  const [without, script] = [await plain.text(), await tab.text()];
  plain.holds();
  if (without !== script && looks > 1) {
    await tab.open(path);
    return saysTheSame(path, tab, looks - 1);
  }
  assert.equal(without, script, 'the same without JavaScript');
}
