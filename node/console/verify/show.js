// What files say, put on the page as text and nothing else.
import { HIDDEN } from './hidden.js';

const LONGEST = 2000;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A foreign text, isolated from the direction of its surroundings, hidden characters shown by their number. A line
// break is one of them, except in a text that may have `lines`.
export function foreign(text, { more = () => '…', lines = false } = {}) {
  const letters = Array.from(text);
  const shown = letters.slice(0, LONGEST).join('');
  const made = element('bdi', { class: 'foreign', dir: 'auto' });
  for (const part of shown.split(HIDDEN)) {
    if (part === '') continue;
    const isShown = !HIDDEN.test(part) || (lines && part === '\n');
    made.append(isShown ? part : element('span', { class: 'hidden-character' }, number(part)));
  }
  if (letters.length > LONGEST) made.append(element('em', {}, ` ${more(letters.length - LONGEST)}`));
  return made;
}

const number = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

// A hash or a key: eight digits a group, so that people can compare it.
export const digits = (text) => element('code', { class: 'digits' }, text.replace(/.{8}(?=.)/g, '$& '));

// Unix milliseconds as UTC.
export function time(milliseconds) {
  const date = new Date(Number(milliseconds));
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
