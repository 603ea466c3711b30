// Signing in and out, and who can make a browser do either.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startNetwork } from './network.js';
import { request } from './request.js';

const SESSION = '__Host-liaison-session';
// As a browser says it of a form of the console itself.
const OWN_FORM = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
let network, browser;
// One session for what needs one and does not end it: attempts to sign in are counted.
let reader;

before(async () => {
  network = await startNetwork({ nodes: 2 });
  browser = await startBrowser(network);
  reader = await browser.tab();
});

after(async () => {
  await browser?.stop();
  await network?.stop();
});

const isSignedIn = async (cookie) => (await request(network.console, '/', { headers: { cookie } })).status === 200;

test('somebody signs in by the keyboard alone, and comes to the page that was wanted', async () => {
  const tab = await browser.tab({ signedIn: false });
  await tab.open('/?wanted=1');
  assert.match(tab.path(), /^\/sign-in\?next=/);
  for (let stops = 0; (await focused(tab)) !== 'token'; stops++) {
    assert.ok(stops < 10, 'the field for the token is reached');
    await tab.page.keyboard.press('Tab');
  }
  await tab.page.keyboard.type(network.console.token);
  await tab.leads(() => tab.page.keyboard.press('Enter'));
  assert.equal(tab.path(), '/?wanted=1');
  await tab.close();
});

const focused = ({ page }) => page.evaluate(() => document.activeElement.id);

test('a wrong token is refused by a page that says so, and is not shown again', async () => {
  const tab = await browser.tab({ signedIn: false });
  await tab.open('/sign-in');
  await tab.page.type('#token', 'liaison_wrong');
  tab.expects(403);
  const response = await tab.leads(() => tab.page.click('form.sign-in button'));
  assert.equal(response.status(), 403);
  assert.match(await tab.page.$eval('[role=alert]', (node) => node.textContent), /unknown/);
  assert.equal(await tab.page.$eval('#token', (node) => node.getAttribute('aria-invalid')), 'true');
  assert.doesNotMatch(await tab.page.content(), /liaison_wrong/);
  assert.equal(await tab.cookie(), '');
  await tab.close();
});

test('the cookie goes to this host alone, over TLS alone, and is gone with the browser', async () => {
  const { cookies } = await reader.cdp.send('Network.getCookies', { urls: [network.console.address] });
  const found = cookies.find(({ name }) => name === SESSION);
  const { httpOnly, secure, sameSite, session, path, domain } = found;
  assert.deepEqual(
    { httpOnly, secure, sameSite, session, path, domain },
    { httpOnly: true, secure: true, sameSite: 'Strict', session: true, path: '/', domain: '127.0.0.1' },
  );
});

test('a link to the page for signing in leads nobody elsewhere', async () => {
  for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example']) {
    await reader.open(`/sign-in?next=${encodeURIComponent(next)}`);
    assert.equal(await reader.page.$eval('input[name=next]', (field) => field.value), '/', next);
  }
  // Nor does a form that was made by hand.
  const body = new URLSearchParams({ token: network.console.token, next: '//evil.example' }).toString();
  const { status, headers } = await request(network.console, '/sign-in', { method: 'POST', headers: OWN_FORM, body });
  assert.deepEqual([status, headers.location], [303, '/']);
  reader.holds();
});

test('the link to the other language keeps the page', async () => {
  await reader.open('/?kept=1');
  for (const language of ['fr', 'en']) {
    await reader.leads(() => reader.page.click(`a[hreflang=${language}]`));
    assert.equal(reader.path(), '/?kept=1');
    assert.equal(await reader.page.evaluate(() => document.documentElement.lang), language);
  }
  reader.holds();
});

test('a form of another site signs nobody out and nobody in', async () => {
  // `localhost` is another site than `127.0.0.1`, and does not get its cookies.
  const other = await served(createServer, 'http://localhost');
  await isRefused(other, { cookieGoes: false });
});

test('a form of another port of this host is refused too, though the cookie goes along', async () => {
  // Its certificate is the node's own, which the browser takes.
  const own = await readFile(join(network.folder, network.authorities[0], 'state/tls.pem'));
  const other = await served((answer) => createSecureServer({ key: own, cert: own }, answer), 'https://127.0.0.1');
  await isRefused(other, { cookieGoes: true });
});

// Forms that send themselves to the console, on a server of their own.
async function served(create, host) {
  const { address, token } = network.console;
  const field = (name, value) => `<input name="${name}" value="${value}">`;
  const form = (action, fields) => `<form method="post" action="${address}${action}">${fields}<button></button></form>`;
  const forms = {
    '/out': form('sign-out', field('form_key', 'guessed')),
    '/in': form('sign-in', field('token', token)),
  };
  const server = create((asked, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(`<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">${forms[asked.url] ?? ''}`);
  });
  await new Promise((done) => server.listen(0, done));
  return { origin: `${host}:${server.address().port}`, close: () => server.close() };
}

async function isRefused({ origin, close }, { cookieGoes }) {
  const before = await reader.cookie();
  reader.mayAsk = (url) => url.startsWith(`${origin}/`);
  for (const form of ['/out', '/in']) {
    await reader.page.goto(origin + form);
    reader.expects(403);
    const response = await reader.leads(() => reader.page.click('button'));
    assert.equal(response.status(), 403, form);
    assert.ok(response.url().startsWith(network.console.address));
    // The page of the refusal has a menu when the node knew the session.
    assert.equal((await reader.page.$('nav.menu')) !== null, cookieGoes);
  }
  reader.mayAsk = undefined;
  close();
  assert.equal(await reader.cookie(), before);
  assert.ok(await isSignedIn(before));
  reader.holds();
}

test('signing out ends the session on the node, not in the browser alone', async () => {
  const tab = await browser.tab();
  const cookie = await tab.cookie();
  assert.ok(await isSignedIn(cookie));
  await tab.leads(() => tab.page.click('form[action="/sign-out"] button'));
  assert.equal(tab.path(), '/sign-in');
  assert.ok(!(await tab.cookie()).includes(SESSION));
  assert.ok(!(await isSignedIn(cookie)));
  await tab.close();
});

test('a session ends with its token', async () => {
  const { text, id } = await network.token('reader');
  const tab = await browser.tab({ token: text });
  await network.liaison(network.authorities[0], 'token', 'revoke', id);
  await tab.open('/');
  assert.equal(tab.path(), '/sign-in');
  await tab.close();
});

test('whoever tries too often is told to wait, by a page', async () => {
  const body = new URLSearchParams({ token: 'liaison_guess' }).toString();
  let status = 403;
  for (let times = 0; status === 403 && times < 30; times++) {
    ({ status } = await request(network.console, '/sign-in', { method: 'POST', headers: OWN_FORM, body }));
  }
  const tab = await browser.tab({ signedIn: false });
  await tab.open('/sign-in');
  // There is one more attempt every ten seconds, so the first one here may still be let through.
  status = 403;
  for (let times = 0; status === 403 && times < 3; times++) {
    tab.expects(403);
    tab.expects(429);
    await tab.page.type('#token', 'liaison_guess');
    status = (await tab.leads(() => tab.page.click('form.sign-in button'))).status();
  }
  assert.equal(status, 429);
  assert.match(await tab.page.$eval('[role=alert]', (node) => node.textContent), /too many/);
  // Who is signed in already reads on.
  await reader.open('/');
  assert.equal(reader.path(), '/');
  await tab.close();
});
