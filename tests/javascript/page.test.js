import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { assemble } from '../../node/console/verify/assemble.js';
import { links } from '../../node/console/verify/bundle.js';
import { texts } from '../../node/console/verify/texts.js';
import { textsOf } from '../../node/console/verify/record.js';
import { utf8 } from '../../node/console/verify/bytes.js';

const page = assemble();
const folder = new URL('../../node/console/verify/', import.meta.url);

test('the page is one file that asks for nothing: what it runs is named by its hash', () => {
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(page);
  assert.match(policy, /^default-src 'none'; /);
  for (const [tag, directive] of [
    ['script', 'script-src'],
    ['style', 'style-src'],
  ]) {
    const found = [...page.matchAll(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))];
    assert.equal(found.length, 1);
    const hash = createHash('sha256').update(found[0][1]).digest('base64');
    assert.ok(policy.includes(`${directive} 'sha256-${hash}'`), directive);
  }
  // Links ask when they are followed: to the console of a node that serves the page, and to the page itself.
  const [body] = page.split('<script');
  const asked = [...body.matchAll(/<(?!a )[^>]*\s(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
  assert.deepEqual(asked, ['data:,']);
  assert.deepEqual([...body.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, link]) => link), ['/', '']);
  assert.doesNotMatch(page, /https?:\/\//);
  assert.doesNotMatch(page, /\{\{/);
});

test('foreign words reach the page as text alone', () => {
  for (const word of [
    'innerHTML',
    'outerHTML',
    'insertAdjacentHTML',
    'document.write',
    'eval(',
    'fetch(',
    'XMLHttpRequest',
  ]) {
    assert.ok(!page.includes(word), word);
  }
});

test('the one script of the page has all modules, and runs up to where it meets a browser', () => {
  const [, script] = /<script type="module">([\s\S]*?)<\/script>/.exec(page);
  assert.throws(
    () => runInNewContext(script, { TextEncoder, TextDecoder }),
    /^ReferenceError: document is not defined/,
  );
});

test('without scripts the page says in both languages what it is and what does the same, and has nothing empty', () => {
  const [, plain] = /<main id="plain">([\s\S]*?)<\/main>/.exec(page);
  for (const { title, plain: about, command } of Object.values(texts)) {
    for (const text of [title, about, command]) assert.ok(plain.includes(text), text);
  }
  // What needs a script to work is not shown before that ran.
  const [body] = /<body>[\s\S]*<\/footer>/.exec(page);
  const parts = body.split(plain)[1].match(/<(header|main|footer)[^>]*>/g);
  assert.deepEqual(parts, ['<header hidden>', '<main hidden>', '<footer hidden>']);
  assert.deepEqual(body.match(/<(h\d|legend|label|button|a|p class="lead")[^>]*>\s*<\//g), null);
});

const shape = (value) =>
  typeof value !== 'object'
    ? typeof value
    : Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, shape(value[key])]),
      );

test('both languages say the same things, and every word of the page has a text', () => {
  assert.deepEqual(shape(texts.fr), shape(texts.en));
  for (const [, word] of page.matchAll(/data-text="(\w+)"/g)) assert.equal(typeof texts.en[word], 'string', word);
  for (const link of Object.keys(links)) assert.ok(texts.en.links[link], link);
  const answer = readFileSync(new URL('answer.js', folder), 'utf8');
  for (const [, word] of answer.matchAll(/\btext\.(\w+)/g)) assert.ok(word in texts.en, word);
});

test('no module imports anything but its neighbours', () => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.js') && one !== 'assemble.js')) {
    for (const [line] of readFileSync(new URL(name, folder), 'utf8').matchAll(/^import [^;]*;$/gm)) {
      assert.match(line, / from '\.\/[\w-]+\.js';$/, `${name}: ${line}`);
    }
  }
});

test('the texts of a record are found without its schema', () => {
  const nested = Uint8Array.from([0x12, 7, 0x0a, 5, ...utf8('hello')]);
  assert.deepEqual(textsOf({ media_type: 'x+protobuf', record: nested }), ['hello']);
  const bell = Uint8Array.from([0x0a, 5, ...utf8('a\u0007bcd')]);
  assert.deepEqual(textsOf({ media_type: 'x+protobuf', record: bell }), ['a\u0007bcd'], 'nothing is hidden');
  assert.deepEqual(textsOf({ media_type: 'application/json', record: utf8('{"a":1}') }), ['{"a":1}']);
  assert.deepEqual(textsOf({ media_type: 'x+protobuf', record: Uint8Array.from([0xff]) }), []);
});
