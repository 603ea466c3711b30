// The ids of the console's texts, and a search for one that is shown in place of its text.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../../node/console/texts/en/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ftl'));
const lines = files.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
// An id of one part might as well be a word, and so might these.
const WORDS = ['sign-in', 'sign-out'];
const ids = new Set(lines.map((line) => /^([a-z0-9]+(?:-[a-z0-9]+)+) =/.exec(line)?.[1]).filter(Boolean));
for (const word of WORDS) ids.delete(word);

export const untranslated = (text) => (text.match(/[a-z0-9]+(?:-[a-z0-9]+)+/g) ?? []).filter((word) => ids.has(word));
