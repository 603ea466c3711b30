// The page that verifies, as a node serves it and as a file of its own.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startNetwork } from './network.js';

const WORDS = {
  en: { valid: 'Valid', invalid: 'Not valid', undecided: 'Cannot decide', holds: 'holds', broken: 'broken' },
  fr: { valid: 'Valide', invalid: 'Non valide', undecided: 'Indécidable', holds: 'tient', broken: 'rompu' },
};
let network, browser, tampered, saved;

before(async () => {
  network = await startNetwork({ nodes: 2 });
  browser = await startBrowser(network);
  tampered = join(dirname(network.bundle), 'changed.liaison');
  const bytes = await readFile(network.bundle);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(tampered, bytes);
  saved = join(network.folder, 'verify.html');
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

for (const [language, words] of Object.entries(WORDS)) {
  test(`as it is served, in ${language}`, async () => {
    const tab = await browser.tab({ signedIn: false });
    const response = await tab.open('/verify');
    await writeFile(saved, await response.buffer());
    await answers(tab, language, words);
    await tab.close();
  });

  test(`as a saved file without a network, in ${language}`, async () => {
    const tab = await browser.tab({ signedIn: false });
    const file = pathToFileURL(saved).href;
    tab.mayAsk = (url) => url === file;
    await tab.page.setOfflineMode(true);
    await tab.page.goto(file);
    await answers(tab, language, words);
    await tab.close();
  });
}

test('a file can be dropped anywhere on the page', async () => {
  const tab = await browser.tab({ signedIn: false });
  await tab.open('/verify');
  await tab.page.type('#network', network.id);
  const bytes = (await readFile(network.bundle)).toString('base64');
  await tab.page.evaluate((text) => {
    const file = new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], 'dropped.liaison');
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  }, bytes);
  assert.equal((await answer(tab)).outcome, WORDS.en.valid);
  await tab.close();
});

// All that the page is asked, in one tab: each answer replaces the one before.
async function answers(tab, language, words) {
  const asked = tab.requests.filter((url) => !url.startsWith('data:')).length;
  if (language === 'fr') await tab.page.click('#language');
  assert.equal(await tab.page.evaluate(() => document.documentElement.lang), language);

  await choose(tab, network.bundle);
  assert.equal((await answer(tab)).outcome, words.undecided, 'nothing is trusted yet');

  await tab.page.type('#network', network.id);
  await tab.page.click('#question button[type=submit]');
  const good = await answer(tab);
  assert.equal(good.outcome, words.valid);
  assert.ok(good.states.every((state) => !state.includes(words.broken)));
  assert.ok(good.text.includes(network.authorities[0]));

  await choose(tab, tampered);
  const bad = await answer(tab);
  assert.equal(bad.outcome, words.invalid);
  const broken = bad.states.filter((state) => state.includes(words.broken));
  assert.equal(broken.length, 1, 'the broken link is named');
  assert.equal(bad.causes.length, 1, 'and why it is broken');

  await tab.page.$eval('#network', (field) => (field.value = '0'.repeat(64)));
  await choose(tab, network.bundle);
  assert.equal((await answer(tab)).outcome, words.invalid, 'another network');

  assert.equal(tab.requests.filter((url) => !url.startsWith('data:')).length, asked, 'nothing was asked of anybody');
}

// Choosing a file asks at once. The answer before it is taken away first, so that it is not taken for the new one.
async function choose({ page }, path) {
  await page.$eval('#answer', (node) => node.replaceChildren());
  const field = await page.$('#file');
  await field.uploadFile(path);
}

async function answer({ page }) {
  await page.waitForSelector('#answer .outcome', { timeout: 20_000 });
  return page.$eval('#answer', (node) => ({
    outcome: node.querySelector('.outcome h2').textContent,
    states: [...node.querySelectorAll('.chain .state')].map((state) => state.textContent),
    causes: [...node.querySelectorAll('.chain .cause')].map((cause) => cause.textContent),
    text: node.textContent,
  }));
}
