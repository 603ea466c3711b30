// The page that verifies, as a node serves it and as a file of its own.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { isAccessible } from './checks.js';
import { startNetwork } from './network.js';

const WORDS = {
  en: {
    title: 'Verify a proof',
    valid: 'Valid',
    invalid: 'Not valid',
    undecided: 'Cannot decide',
    broken: 'broken',
  },
  fr: {
    title: 'Vérifier une preuve',
    valid: 'Valide',
    invalid: 'Non valide',
    undecided: 'Indécidable',
    broken: 'rompu',
  },
};
let network, browser, tampered, saved;

before(async () => {
  network = await startNetwork({ nodes: 2 });
  browser = await startBrowser(network);
  tampered = join(dirname(network.bundle), 'changed.liaison');
  const bytes = await readFile(network.bundle);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(tampered, bytes);
  saved = await save();
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

// The page as its own link saves it.
async function save() {
  const tab = await browser.tab({ signedIn: false });
  const response = await tab.open('/verify');
  const file = await tab.saves(() => tab.page.click('a[download]'), network.folder);
  assert.deepEqual(await readFile(file), await response.buffer(), 'it is saved as it is served');
  await tab.close();
  return file;
}

// A tab that has the saved page open, without a network.
async function opened(hash = '') {
  const tab = await browser.tab({ signedIn: false });
  const { href } = pathToFileURL(saved);
  tab.mayAsk = (url) => url === href || url === href + hash;
  await tab.page.setOfflineMode(true);
  await tab.page.goto(href + hash);
  return tab;
}

for (const [language, words] of Object.entries(WORDS)) {
  test(`as it is served, in ${language}`, async () => {
    const tab = await browser.tab({ signedIn: false });
    await tab.open('/verify');
    await answers(tab, language, words);
    await tab.close();
  });

  test(`as a saved file without a network, in ${language}`, async () => {
    const tab = await opened();
    await answers(tab, language, words);
    await tab.close();
  });

  test(`a link says that the language is ${language}, in a saved file too`, async () => {
    const tab = await opened(`#${language}`);
    assert.equal(await tab.page.evaluate(() => document.documentElement.lang), language);
    assert.equal(await tab.page.$eval('h1', (node) => node.textContent), words.title);
    await choose(tab, network.bundle);
    assert.equal((await answer(tab)).outcome, words.undecided);
    await tab.close();
  });
}

test('the page leads back to the console of the node that serves it, and a saved one to none', async () => {
  const tab = await browser.tab();
  await tab.open('/verify');
  await tab.leads(() => tab.page.click('#served a:not([download])'));
  assert.equal(tab.path(), '/');
  await tab.close();
  const own = await opened();
  assert.equal(await own.page.$eval('#served', (node) => node.checkVisibility()), false);
  await own.close();
});

test('without JavaScript it says in both languages what it is and what does the same, and nothing else', async () => {
  const tab = await browser.tab({ signedIn: false, javaScript: false });
  await tab.open('/verify');
  const text = await tab.text();
  for (const { title } of Object.values(WORDS)) assert.ok(text.includes(title), title);
  for (const part of ['It needs JavaScript', 'JavaScript, dans un navigateur', 'liaison verify']) {
    assert.ok(text.includes(part), part);
  }
  const shown = await tab.page.$$eval('h1, h2, main, header, footer, nav, form, button', (nodes) =>
    nodes.filter((node) => node.checkVisibility()).map((node) => node.localName),
  );
  assert.deepEqual(shown, ['main', 'h1']);
  // From here on scripts run, which that of the page did not.
  await tab.page.setJavaScriptEnabled(true);
  await isAccessible(tab);
  await tab.close();
});

test('a file can be dropped anywhere on the page', async () => {
  const tab = await browser.tab({ signedIn: false });
  await tab.open('/verify');
  await tab.page.type('#network', network.id);
  await drop(tab, network.bundle);
  assert.equal((await answer(tab)).outcome, WORDS.en.valid);
  await tab.close();
});

test('an answer is forgotten as soon as another file is dropped, or what is trusted changes', async () => {
  const tab = await opened();
  await tab.page.type('#network', network.id);
  await drop(tab, network.bundle);
  assert.equal((await answer(tab)).outcome, WORDS.en.valid);

  assert.equal(await drop(tab, tampered), null, 'gone before there is another');
  const bad = await answer(tab);
  assert.equal(bad.outcome, WORDS.en.invalid);
  assert.ok(bad.text.includes('changed.liaison'));

  // What is trusted now is nothing that can be: there is no answer at all.
  await tab.page.type('#network', 'x');
  assert.equal(await outcome(tab), null);
  await drop(tab, network.bundle);
  await tab.page.waitForSelector('#network-fault:not(:empty)');
  assert.equal(await outcome(tab), null);
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

// Drops a file on the page, and gives the outcome that it shows at that moment.
async function drop({ page }, path) {
  const bytes = (await readFile(path)).toString('base64');
  return page.evaluate(
    (text, name) => {
      const file = new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name);
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      return document.querySelector('#answer .outcome')?.textContent ?? null;
    },
    bytes,
    basename(path),
  );
}

const outcome = ({ page }) => page.evaluate(() => document.querySelector('#answer .outcome')?.textContent ?? null);

async function answer({ page }) {
  await page.waitForSelector('#answer .outcome', { timeout: 20_000 });
  return page.$eval('#answer', (node) => ({
    outcome: node.querySelector('.outcome h2').textContent,
    states: [...node.querySelectorAll('.chain .state')].map((state) => state.textContent),
    causes: [...node.querySelectorAll('.chain .cause')].map((cause) => cause.textContent),
    text: node.textContent,
  }));
}
