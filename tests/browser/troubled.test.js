// What a reader is shown where something went wrong: versions that are void or disputed, a withdrawn record, an inbox
// in which much waits, and what the node finds when its operator has it looked over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { isAccessible, prints, reads } from './checks.js';
import { fits } from './fits.js';
import { foundNetwork } from './founded.js';
import { trouble } from './troubled.js';

// Of each page, what must stand there as text.
const SAID = {
  en: {
    withdrawn: [
      'Its author has withdrawn it',
      'Without effect',
      'the key is revoked',
      'based on a version that was not the newest',
      'disputed',
    ],
    doubted: ['Disputed: a key that signed it is said to have been in other hands'],
    void: ['It has no effect: the key is revoked.', 'is revoked from entry'],
    disputed: ['It has effect.', 'Disputed: a key that signed it is said to have been in other hands'],
    home: ['to sign', 'draft', 'key', 'review', 'study', 'suggestion', 'withdrawn', 'disputed'],
    network: ['key revoked: 1', 'not on the newest version: 1'],
    log: ['without effect', 'disputed: a signer’s key'],
    checkup: ['Checkup of the node'],
  },
  fr: {
    withdrawn: [
      'Son auteur l’a retirée',
      'Sans effet',
      'la clé est révoquée',
      'fondé sur une version qui n’était pas la plus récente',
      'contestée',
    ],
    doubted: ['Contestée : une clé qui l’a signée aurait été en d’autres mains'],
    void: ['Elle est sans effet : la clé est révoquée.', 'is revoked from entry'],
    disputed: ['Elle a effet.', 'Contestée : une clé qui l’a signée aurait été en d’autres mains'],
    home: ['à signer', 'projet', 'clé', 'à revoir', 'étude', 'suggestion', 'contestée'],
    network: ['clé révoquée: 1', 'pas sur la version la plus récente: 1'],
    log: ['sans effet', 'contestée : la clé d’un signataire'],
    checkup: ['Ce qui vient d’être examiné'],
  },
};
let network, browser, pages;
const readings = [];

before(async () => {
  network = await foundNetwork();
  const found = await trouble(network);
  pages = { ...found, home: '/', network: '/network', log: '/network/FR', checkup: '/network/checkup' };
  browser = await startBrowser(network);
  for (const [language, scheme] of [
    ['en', 'light'],
    ['fr', 'dark'],
  ]) {
    readings.push({ language, scheme, tab: await browser.tab({ language, scheme }) });
  }
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

test('what went wrong is told as text, on pages that hold', async (t) => {
  for (const { language, scheme, tab } of readings) {
    for (const [name, path] of Object.entries(pages)) {
      await t.test(`${path} ${language} ${scheme}`, async () => {
        await tab.open(path);
        const text = (await tab.text()).replace(/\s+/g, ' ');
        for (const said of SAID[language][name]) assert.ok(text.includes(said), `“${said}” in: ${text}`);
        await reads(tab, language);
        await fits(tab);
        await prints(tab);
        await isAccessible(tab);
        tab.holds();
      });
    }
  }
});
