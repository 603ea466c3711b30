// What the page that verifies shows by its number is what `liaison` writes out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { HIDDEN } from '../../node/console/verify/hidden.js';

const source = readFileSync(new URL('../../protocol/records/src/text.rs', import.meta.url), 'utf8');
const RANGE = /'\\u\{([0-9a-f]+)\}'(?:\.\.='\\u\{([0-9a-f]+)\}')?/g;
// Unicode category Cc, as Rust's `is_control` has it.
const CONTROLS = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
];

// The ranges of code points in the Rust, of which no other part is expected.
function listed() {
  const [, body] = /\nfn is_hidden\(c: char\) -> bool \{\n([\s\S]*?)\n\}/.exec(source);
  assert.equal(body.replace(RANGE, '').replace(/[\s|]/g, ''), 'c.is_control()matches!(c,)');
  const ranges = [...body.matchAll(RANGE)].map(([, first, last = first]) => [first, last].map((one) => parseInt(one, 16)));
  assert.ok(ranges.length > 20);
  return [...CONTROLS, ...ranges];
}

test('the same characters are hidden in the page and in the binary', () => {
  const inRust = new Uint8Array(0x110000);
  for (const [first, last] of listed()) inRust.fill(1, first, last + 1);
  const differ = [];
  for (let point = 0; point < inRust.length; point++) {
    const isSurrogate = point >= 0xd800 && point <= 0xdfff;
    if (!isSurrogate && HIDDEN.test(String.fromCodePoint(point)) !== (inRust[point] === 1)) differ.push(point.toString(16));
  }
  assert.deepEqual(differ, []);
});
