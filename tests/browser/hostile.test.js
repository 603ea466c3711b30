// Records whose authors mean ill: whatever they wrote, a reader sees it as they wrote it, and nothing else happens.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { fits } from './fits.js';
import { startNetwork } from './network.js';
import { findPages } from './pages.js';
import { publishExamples } from './records.js';

const WORD = 'zzhostile';
const RUNS = 'window.pwned=1';
const MARKUP =
  `${WORD} "'><script>${RUNS}</script><img src=x onerror=${RUNS}><svg/onload=${RUNS}>` +
  `<a href="javascript:${RUNS}">here</a></title></textarea><!-- &lt;b&gt; &amp;amp; {{7*7}} {$x}`;
// Turns the direction of what follows, closes an isolation that it did not open, and hides letters.
const DIRECTION = `${WORD} \u202Egnp.\u2066\u2069\u2069\u202Cexe\u200B\u200F${'\u0301'.repeat(20)}`;
const TITLE_MOST = 300;
const PROSE_MOST = 20_000;
const FORGED = `https://evil.example/"onmouseover="${RUNS}"><script>${RUNS}</script>`;

// Fields whose words are free, where there is a text a language.
const isTexts = (value) => Object.keys(value).length > 0 && Object.keys(value).every((key) => /^[a-z]{2}$/.test(key));
// Fields whose words are free and are one line.
const LINES = ['title', 'name', 'licence'];
// Long texts, by the kind of the record that has them.
const PROSE = { authority: 'structure', exchange: 'text', notice: 'text', practice: 'problem', study: 'purpose' };

function hostile(content, kind) {
  const made = replaced(content);
  const field = PROSE[kind];
  if (field) made[field] = { en: `${MARKUP} ${long(PROSE_MOST - 500)}`, fr: `${DIRECTION} ${long(PROSE_MOST - 500)}` };
  return made;
}

function replaced(value, name = '') {
  if (Array.isArray(value)) return value.map((item) => replaced(item, name));
  if (typeof value === 'string') {
    if (LINES.includes(name)) return MARKUP;
    if (/^https?:/.test(value)) return FORGED;
    if (name === 'mail') return `"><script>${RUNS}</script>@evil.example`;
    return value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (isTexts(value)) return { en: MARKUP, fr: DIRECTION, de: long(TITLE_MOST) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, key)]));
}

// One word without a place to break it.
const long = (length) => 'W'.repeat(length);

let network, browser, english, french, references, pages;

before(async () => {
  network = await startNetwork();
  references = await publishExamples(network, hostile);
  browser = await startBrowser(network);
  english = await browser.tab();
  french = await browser.tab({ language: 'fr' });
  const found = await findPages(network.console, await english.cookie());
  const records = references.map((reference) => `/records/${reference}`);
  const searches = [`/search?q=${WORD}`, `/search?q=${encodeURIComponent(MARKUP)}`, '/members/FR', '/members/COE'];
  pages = [...new Set([...records, ...searches, ...found.pages])].filter((path) => path !== '/verify');
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

test('a link that is a script is not published', async () => {
  const file = join(network.folder, 'notice.script.json');
  const about = { language: 'en', sources: [{ id: 'S', title: 'x', link: `javascript:${RUNS}` }] };
  await writeFile(file, JSON.stringify({ about, title: { en: 'x' }, text: { en: 'x' }, source: 'S' }));
  await assert.rejects(network.publish('COE', [file]), /it must be an address that begins with https/);
});

test('no page runs, loads, hides or breaks anything', async (t) => {
  for (const path of pages) {
    await t.test(path, async () => {
      for (const tab of [english, french]) {
        await tab.open(path);
        await isHarmless(tab);
        await fits(tab);
        assert.deepEqual(await turning(tab), [], 'texts that turn what stands around them');
        tab.holds();
      }
      if (!isOfRecord(path)) return;
      const text = await english.page.evaluate(() => document.body.textContent);
      assert.ok(text.includes(MARKUP), 'what was written is read letter by letter');
    });
  }
});

const isOfRecord = (path) => references.includes(path.replace('/records/', ''));

async function isHarmless({ page }) {
  // Events that scripts wait for.
  await page.mouse.move(200, 300);
  const found = await page.evaluate(() => {
    const handlers = [...document.querySelectorAll('*')].flatMap((node) =>
      node.getAttributeNames().filter((name) => name.startsWith('on')),
    );
    const links = [...document.querySelectorAll('a[href], form[action]')].map((node) => {
      const link = node.getAttribute('href') ?? node.getAttribute('action');
      return new URL(link, location).href;
    });
    return {
      pwned: typeof window.pwned,
      scripts: document.querySelectorAll('script, iframe, object, embed, base, meta[http-equiv]').length,
      pictures: [...document.images].filter(({ src }) => !src.startsWith(location.origin)).length,
      handlers,
      links: links.filter((link) => !/^(https?|mailto|tel):/.test(link)),
      title: document.title.length > 0,
    };
  });
  const harmless = { pwned: 'undefined', scripts: 0, pictures: 0, handlers: [], links: [], title: true };
  assert.deepEqual(found, harmless);
}

// Texts with characters that turn the direction, where nothing bounds these: a block, a `bdi`, a direction of its own.
function turning({ page }) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (!/[\u202a-\u202e\u2066-\u2069]/.test(data)) continue;
      const { unicodeBidi, display } = getComputedStyle(parentElement.closest('bdi, [dir]') ?? parentElement);
      if (!/isolate|plaintext/.test(unicodeBidi) && display.startsWith('inline')) found.push(data.slice(0, 80));
    }
    return found;
  });
}
