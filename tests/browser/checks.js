// What is asked of every page: its language, one heading, no text left untranslated, nothing but content on paper, and
// that everybody can use it.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { untranslated } from './texts.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function reads({ page }, language) {
  const { lang, headings, title, words } = await page.evaluate(() => {
    const said = ['aria-label', 'title', 'alt', 'placeholder'];
    const named = [...document.querySelectorAll(said.map((name) => `[${name}]`).join())];
    return {
      lang: document.documentElement.lang,
      headings: document.querySelectorAll('h1').length,
      title: document.title,
      words: [document.body.textContent, ...named.flatMap((node) => said.map((name) => node.getAttribute(name)))],
    };
  });
  assert.equal(lang, language);
  assert.equal(headings, 1, 'one main heading');
  assert.match(title, /\S.* · Liaison$/);
  assert.deepEqual(untranslated([title, ...words].join('\n')), []);
}

export async function prints({ page }) {
  await page.emulateMediaType('print');
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll('nav.menu, .tools, .skip')].filter((node) => node.offsetParent !== null).length,
  );
  await page.emulateMediaType();
  assert.equal(shown, 0, 'no menu on paper');
}

export async function isAccessible({ page }) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (values) => {
    // Nothing is loaded again: the page's policy would not let it.
    const found = await axe.run({ runOnly: { type: 'tag', values }, preload: false });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }, RULES);
  assert.deepEqual(violations, []);
}
