// The page: what is asked, and the answer.
import { hashFromText, hex } from './bytes.js';
import { orNull } from './fault.js';
import { readPolicy } from './policy.js';
import { show } from './answer.js';
import { element, foreign } from './show.js';
import { languages, texts } from './texts.js';
import { verify } from './verify.js';

const LARGEST_FILE = 84 * 1024 * 1024;
const byId = (id) => document.getElementById(id);
const answer = byId('answer');
// A link may ask for one of the languages: #fr.
const wanted = location.hash.slice(1) || navigator.language.toLowerCase();
let language = wanted.startsWith('fr') ? 'fr' : 'en';
let last = null;
let dropped = null;
let asked = 0;

function speak() {
  const text = texts[language];
  document.documentElement.lang = language;
  document.title = `${text.title} · Liaison`;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text[node.dataset.text];
  const other = language === 'en' ? 'fr' : 'en';
  byId('language').textContent = languages[other];
  byId('language').lang = other;
  if (last) answer.replaceChildren(...show(last, text));
}

function fault(id, ...message) {
  byId(`${id}-fault`).replaceChildren(...message);
  byId(id).setAttribute('aria-invalid', message.length > 0);
}

const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

// What stands in a field for a hash: its hex digits, undefined when it is empty, null when it is none.
async function hashIn(id, complaint) {
  const text = byId(id).value.trim();
  const hash = text === '' ? undefined : await orNull(() => hex(hashFromText(text)));
  fault(id, ...(hash === null ? [complaint] : []));
  return hash;
}

async function trusted() {
  const text = texts[language];
  const network = await hashIn('network', text.networkBad);
  const newer = await hashIn('newer', text.newerBad);
  fault('policy');
  let policy;
  const [file] = byId('policy').files;
  if (file) {
    try {
      policy = await readPolicy(await bytesOf(file));
    } catch (error) {
      fault('policy', `${text.policyBad} `, foreign(error.message));
      return null;
    }
  }
  if (network === null || newer === null) return null;
  return { network, policy, anchors: newer ? [{ hash: newer }] : [] };
}

// An answer does not outlive what it was the answer to.
function forget() {
  last = null;
  answer.hidden = true;
  answer.replaceChildren();
  return ++asked;
}

// Gives whether there is an answer.
async function ask() {
  const turn = forget();
  const text = texts[language];
  const file = dropped ?? byId('file').files[0];
  fault('file', ...complaint(file, text));
  const trust = await trusted();
  if (complaint(file, text).length > 0 || !trust || turn !== asked) return false;
  answer.hidden = false;
  answer.replaceChildren(element('p', {}, text.working));
  const shown = await answerTo(file, trust);
  if (turn === asked) answer.replaceChildren(...shown);
  return turn === asked;
}

async function answerTo(file, trust) {
  try {
    last = { ...(await verify(await bytesOf(file), trust)), file: file.name };
    return show(last, texts[language]);
  } catch (error) {
    return [element('p', { class: 'fault' }, `${texts[language].failed} `, foreign(String(error)))];
  }
}

function complaint(file, text) {
  if (!globalThis.crypto?.subtle) return [text.noCrypto];
  if (!file) return [text.noFile];
  return file.size > LARGEST_FILE ? [text.tooLarge] : [];
}

byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'fr' : 'en';
  speak();
});
byId('question').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (await ask()) answer.querySelector('h2')?.focus();
  else document.querySelector('[aria-invalid="true"]')?.focus();
});
byId('question').addEventListener('input', forget);
byId('file').addEventListener('change', () => {
  dropped = null;
  ask();
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  [dropped = null] = event.dataTransfer.files;
  if (dropped) ask();
});
// Until here the page says what it needs. A browser may have saved it as it was: then that is gone already, and an
// answer in it answers nothing.
byId('plain')?.remove();
byId('served').hidden = location.protocol === 'file:';
forget();
speak();
for (const part of document.querySelectorAll('body > [hidden]')) part.hidden = false;
