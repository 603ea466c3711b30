// Writes the page as one file that asks for nothing else: node assemble.js FILE
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { texts } from './texts.js';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

// The modules that `entry` needs, each after those that it imports, as one script of functions in their order.
function script(entry) {
  const done = new Set();
  const parts = [];
  const visit = (name) => {
    if (done.has(name)) return;
    done.add(name);
    const source = read(name);
    for (const [, needed] of source.matchAll(/^import [^;]* from '\.\/([\w.-]+)';$/gm)) visit(needed);
    parts.push(enclose(name, source));
  };
  visit(entry);
  return `\nconst modules = {};\n${parts.join('')}`;
}

// One module as a function of its own, which gives what it exports.
function enclose(name, source) {
  const exported = [...source.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map(([, word]) => word);
  const body = source
    .replace(/^import \* as (\w+) from '\.\/([\w.-]+)';$/gm, "const $1 = modules['$2'];")
    .replace(
      /^import \{([^}]*)\} from '\.\/([\w.-]+)';$/gm,
      (_, words, from) => `const {${words.replaceAll(' as ', ': ')}} = modules['${from}'];`,
    )
    .replace(/^export /gm, '');
  if (/^import /m.test(body)) throw new Error(`${name}: an import of another form`);
  return `modules['${name}'] = (() => {\n${body}return { ${exported.join(', ')} };\n})();\n`;
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

// Texts where the page names them, so that nothing is empty where no script runs.
function withTexts(page) {
  return page
    .replace(/\{\{(en|fr)\.(\w+)\}\}/g, (_, language, name) => escape(texts[language][name]))
    .replace(/data-text="(\w+)"[^>]*>(?=<)/g, (tag, name) => tag + escape(texts.en[name]));
}

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export function assemble() {
  const parts = { script: script('page.js'), style: `\n${read('page.css')}` };
  if (/<\/(script|style)/i.test(parts.script + parts.style)) throw new Error('a closing tag within script or style');
  parts.policy = [
    "default-src 'none'",
    `script-src ${hashOf(parts.script)}`,
    `style-src ${hashOf(parts.style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
  return withTexts(read('page.html')).replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , file] = process.argv;
  if (!file) {
    console.error('usage: node assemble.js FILE');
    process.exit(2);
  }
  writeFileSync(file, assemble());
}
