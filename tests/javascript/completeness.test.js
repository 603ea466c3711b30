import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { folder } from './vectors.js';

// Vector files that do not concern a verifier, each with the reason.
const NOT_OURS = new Map([]);

const sources = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.test.js') && name !== 'completeness.test.js')
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));

test('every vector file is run, or it is said why it does not concern a verifier', () => {
  for (const part of ['liaison', 'standards']) {
    const files = readdirSync(new URL(`${part}/`, folder)).filter((name) => !name.endsWith('.md'));
    assert.ok(files.length > 10);
    for (const file of files.map((name) => `${part}/${name}`)) {
      const run = sources.some((source) => source.includes(`'${file}'`));
      assert.notEqual(run, NOT_OURS.has(file), `${file} is neither run nor left out with a reason`);
    }
  }
});
