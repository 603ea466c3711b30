// One browser, and tabs of it that notice whatever goes wrong in a page.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { certificate } from './request.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

export async function startBrowser(network) {
  const options = [
    '--disable-dev-shm-usage',
    '--lang=en',
    // The node signs its own certificate. The browser takes that one key and no other.
    `--ignore-certificate-errors-spki-list=${await pin(network.console)}`,
  ];
  // The sandbox of Chromium does not start for root.
  if (process.getuid() === 0) options.push('--no-sandbox');
  const chromium = await puppeteer.launch({ executablePath: CHROMIUM, args: options, defaultViewport: WIDE });
  return new Browser(chromium, network.console);
}

async function pin(console) {
  const key = (await certificate(console)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

class Browser {
  constructor(chromium, console) {
    Object.assign(this, { chromium, console });
  }

  // A tab with cookies of its own. What other tabs are signed in to, it is not.
  async tab({ scheme = 'light', javaScript = true, signedIn = true, language = 'en', token } = {}) {
    const context = await this.chromium.createBrowserContext();
    const page = await context.newPage();
    await page.setJavaScriptEnabled(javaScript);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    const tab = new Tab(page, this.console.address);
    await tab.watch();
    if (signedIn) await tab.signIn(token ?? this.console.token);
    if (language !== 'en') await tab.open(`/language/${language}?back=/sign-in`);
    return tab;
  }

  stop() {
    return this.chromium.close();
  }
}

class Tab {
  constructor(page, address) {
    Object.assign(this, { page, address, faults: [], requests: [], expected: [] });
  }

  // Begins to note what a page should not do.
  async watch() {
    const { page, faults } = this;
    this.cdp = await page.createCDPSession();
    page.on('console', (message) => this.said(message));
    page.on('pageerror', (error) => faults.push(`error in a page: ${error.message}`));
    page.on('requestfailed', (request) => faults.push(`${request.url()} failed: ${request.failure()?.errorText}`));
    page.on('request', (request) => this.asked(request.url()));
    page.on('popup', () => faults.push('a window was opened'));
    page.on('dialog', (dialog) => {
      faults.push(`a dialog was shown: ${dialog.message()}`);
      dialog.dismiss();
    });
    this.cdp.on('Audits.issueAdded', ({ issue }) => {
      if (issue.code === 'ContentSecurityPolicyIssue') faults.push(`policy: ${JSON.stringify(issue.details)}`);
    });
    await this.cdp.send('Audits.enable');
    // Seen from within as well; both should be silent.
    await page.exposeFunction('reportViolation', (what) => faults.push(`policy: ${what}`));
    await page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
  }

  said(message) {
    const text = message.text();
    const at = this.expected.findIndex((status) => text.includes(`the server responded with a status of ${status} `));
    if (at >= 0) this.expected.splice(at, 1);
    else this.faults.push(`console: ${text}`);
  }

  asked(url) {
    this.requests.push(url);
    const isOwn = url.startsWith(this.address) || url.startsWith('data:');
    if (!isOwn && !this.mayAsk?.(url)) this.faults.push(`asked for ${url}`);
  }

  // From now on the browser itself complains once of a page with this status: that page is wanted.
  expects(status) {
    this.expected.push(status);
  }

  // Opens a page of the console and gives the browser's answer.
  async open(path, { status = 200 } = {}) {
    if (status >= 400) this.expects(status);
    const response = await this.page.goto(new URL(path, this.address), { waitUntil: 'load' });
    // Of a page that is another than the one wanted nothing more is asked.
    if (response.status() !== status) this.faults.splice(0);
    assert.equal(response.status(), status, `status of ${path}`);
    return response;
  }

  // Does something that leads to another page, and waits for that.
  async leads(act) {
    const [response] = await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), act()]);
    return response;
  }

  // Does something that saves a file in a folder, and gives the file.
  async saves(act, folder) {
    const browserContextId = this.page.browserContext().id;
    const cdp = await this.page.browser().target().createCDPSession();
    await cdp.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      browserContextId,
      downloadPath: folder,
      eventsEnabled: true,
    });
    const begun = new Promise((done) => cdp.once('Browser.downloadWillBegin', done));
    const ended = new Promise((done) => {
      cdp.on('Browser.downloadProgress', ({ state }) => state !== 'inProgress' && done(state));
    });
    await act();
    const { suggestedFilename } = await begun;
    assert.equal(await ended, 'completed', `saving ${suggestedFilename}`);
    await cdp.detach();
    return join(folder, suggestedFilename);
  }

  async signIn(token) {
    await this.open('/sign-in');
    await this.page.type('#token', token);
    await this.leads(() => this.page.click('form.sign-in button'));
    assert.equal(this.path(), '/', 'signing in leads home');
  }

  // Path and query of the page that is shown.
  path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  text() {
    return this.page.evaluate(() => document.body.innerText);
  }

  // The cookies of this tab as a request carries them.
  async cookie() {
    const { cookies } = await this.cdp.send('Network.getCookies', { urls: [this.address] });
    return cookies
      .map(({ name, value }) => `${name}=${value}`)
      .sort()
      .join('; ');
  }

  // Fails when anything went wrong since it was last asked.
  holds(where = this.page.url()) {
    assert.deepEqual(this.faults.splice(0), [], where);
  }

  async close() {
    await this.page.browserContext().close();
    this.holds('at the end');
  }
}
