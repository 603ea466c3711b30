// Finds the pages of a console: what links lead to from the home page, a few pages of each shape.
import assert from 'node:assert/strict';
import { request } from './request.js';

const SECTIONS = [
  '/',
  '/members',
  '/search',
  '/compare',
  '/practices',
  '/exchanges',
  '/standards',
  '/indicators',
  '/studies',
  '/events',
  '/notices',
  '/network',
  '/verify',
];
// What forms lead to, as links do not.
const ASKED = ['/search?q=custody', '/compare?kind=authority&authority=FR&authority=DE'];
// What readers do not read, or what a link does rather than shows.
const NO_PAGES = /^\/(assets|feeds|language|metrics|sign-out|v1)(\/|$)/;
const MOST = 2;
const DOWNLOADS = ['proof', 'raw'];
const OF_KIND = /^\/records\/\*\/[a-z-]+\/\*$/;

// Gives the paths of pages, of files that pages offer for download, and of records that are named and are not here.
export async function findPages(console, cookie) {
  const taken = new Map();
  const found = { pages: [], files: [], absent: [] };
  const waiting = [...SECTIONS, ...ASKED];
  const seen = new Set(waiting);
  while (waiting.length > 0) {
    const path = waiting.shift();
    const shape = shapeOf(path);
    const times = taken.get(shape) ?? 0;
    if (times >= (OF_KIND.test(shape) ? 1 : MOST)) continue;
    const { status, headers, body } = await request(console, path, { headers: { cookie, accept: 'text/html' } });
    if (status === 404 && path.startsWith('/records/')) {
      found.absent.push(path);
      continue;
    }
    taken.set(shape, times + 1);
    const isPage = status !== 200 || headers['content-type']?.startsWith('text/html');
    found[isPage ? 'pages' : 'files'].push(path);
    if (!isPage || status !== 200) continue;
    for (const link of linksIn(body.toString(), new URL(path, console.address))) {
      if (!seen.has(link)) waiting.push(link);
      seen.add(link);
    }
  }
  assert.ok(found.pages.length >= SECTIONS.length);
  return found;
}

// Pages of one shape differ in what they are about. Each kind of record has a page of its own, and so has each word of
// a section, as `/network/charter`; its other pages are by authority.
export function shapeOf(path) {
  const { pathname, searchParams } = new URL(path, 'https://node');
  const [section, second, ...rest] = pathname.slice(1).split('/');
  const names = [...new Set(searchParams.keys())].sort().map((name) => `?${name}`);
  const isOfKind = section === 'records' && rest.length === 2 && names.length === 0;
  const others = isOfKind ? [rest[0], '*'] : rest.map((part) => (DOWNLOADS.includes(part) ? part : '*'));
  const parts = second === undefined ? [] : [/^[a-z]+$/.test(second) ? second : '*', ...others];
  return ['', section, ...parts].join('/') + names.join('');
}

function linksIn(html, base) {
  const links = [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, link]) => new URL(unescape(link), base));
  const own = links.filter(({ origin, pathname }) => origin === base.origin && !NO_PAGES.test(pathname));
  return own.map(({ pathname, search }) => pathname + search);
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#38': '&', '#39': "'", '#60': '<', '#62': '>' };
const unescape = (text) => text.replace(/&([a-z]+|#\d+);/g, (whole, name) => ENTITIES[name] ?? whole);
