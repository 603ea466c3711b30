// The page that nodes serve is the one that the modules make: whoever changes them writes it anew with assemble.js.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assemble } from '../../node/console/verify/assemble.js';

test('the page that is served is the one that the modules make', () => {
  const served = readFileSync(new URL('../../node/console/assets/verify.html', import.meta.url), 'utf8');
  assert.equal(served === assemble(), true, 'run node node/console/verify/assemble.js node/console/assets/verify.html');
});
