// The built app in a real browser: its server, its browser, one page with everything that went wrong in it, files to drop.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { eventually, LATE, LAZY, PATIENCE, SLOW } from './eventually.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where screenshots and dropped files are kept. */
export const outputFolder = join(resolve(root, process.env.CARGO_TARGET_DIR || 'target'), 'e2e');

/** The path of a file of the test corpus. */
export const corpus = (name) => join(root, 'tests/corpus', name);

/** The path under which the app is served. */
export const BASE = '/tools/spanlight/';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  // Nothing but this machine has a name.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** Starts a function at its first call and gives the same promise ever after. */
const once = (start) => {
  let promise;
  return Object.assign((...input) => (promise ??= start(...input)), { started: () => promise });
};

/** The address of the app, served by this process' own server. */
export const server = once(() => new Promise((found, failed) => {
  const child = spawn('cargo', ['xtask', 'serve', '--no-build', '--attached', '--base', BASE, '--port', '0'],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (data) => {
    printed += data;
    const address = /http:\/\/\S+/.exec(printed);
    if (address) found({ url: address[0], origin: new URL(address[0]).origin, stop: () => child.stdin.end() });
  });
  child.on('error', failed);
  child.on('exit', (code) => failed(new Error(`the server ended with code ${code}: ${printed}`)));
}));

/** The browser of this process; `flags` of the first call are added. */
export const browser = once((flags = []) => chromium.launch({
  executablePath: process.env.SPANLIGHT_CHROMIUM || BROWSERS.find(existsSync),
  args: [...FLAGS, ...flags],
  timeout: PATIENCE,
  slowMo: LAZY,
}));

/** Ends what this process started. */
export async function stop() {
  if (browser.started()) await (await browser()).close();
  if (server.started()) (await server()).stop();
}

/** In the page: keeps the words of every message at its foot, as they go after a few seconds. */
function hearMessages() {
  window.messagesShown = [];
  const hear = (node) => {
    if (node instanceof Element && node.matches('.toast')) window.messagesShown.push(node.textContent);
    else if (node instanceof Element) node.querySelectorAll('.toast').forEach(hear);
  };
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(hear)))
    .observe(document, { subtree: true, childList: true });
}

/** In the page: what a worker says is heard later, in the same order. */
function answerLate(milliseconds) {
  window.Worker = class extends Worker {
    set onmessage(hear) {
      super.onmessage = hear && ((event) => { setTimeout(() => hear.call(this, event), milliseconds); });
    }
  };
}

/** A page with the app, and everything that went wrong in it. */
export class App {
  /** Messages of what went wrong so far, in all tabs. */
  problems = [];
  #expected = [];

  static async open(options = {}) {
    const app = new App();
    app.url = (await server()).url;
    app.origin = (await server()).origin;
    app.context = await (await browser()).newContext({
      viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, locale: 'en-GB', timezoneId: 'UTC',
      reducedMotion: 'reduce', colorScheme: 'light', permissions: ['clipboard-read', 'clipboard-write'], ...options.context,
    });
    app.context.setDefaultTimeout(PATIENCE);
    app.#watch();
    await app.context.addInitScript(hearMessages);
    const late = Math.max(LATE, options.late ?? 0);
    if (late > 0) await app.context.addInitScript(answerLate, late);
    app.page = await app.newTab(options.fragment, { ready: options.ready });
    return app;
  }

  #watch() {
    const report = (problem) => this.problems.push(problem);
    this.context.on('console', (message) => {
      if (message.type() === 'error') report(`console: ${message.text()} (${message.location().url})`);
    });
    this.context.on('weberror', (error) => report(`page: ${error.error().stack ?? error.error()}`));
    this.context.on('request', (request) => {
      const url = new URL(request.url());
      const own = url.origin === this.origin || ['blob:', 'data:'].includes(url.protocol);
      if (!own) report(`request to another origin: ${request.url()}`);
    });
    this.context.on('response', (response) => {
      if (response.status() >= 400) report(`answer ${response.status()}: ${response.url()}`);
    });
    this.context.on('page', (page) => page.on('crash', () => report('the tab crashed')));
  }

  /** Opens the app in another tab; `fragment` is what follows the `#` of its address. Comes back when the app can be used. */
  async newTab(fragment = '', { ready = true } = {}) {
    const page = await this.context.newPage();
    // Choosers are caught as long as somebody listens: a listener that comes and goes misses some.
    page.on('filechooser', () => {});
    if (SLOW > 1) {
      const session = await this.context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
    }
    await page.goto(this.url + (fragment && `#${fragment}`));
    if (ready) await this.ready(page);
    return page;
  }

  /** Reloads a tab; comes back when the app can be used again. */
  async reload(page = this.page) {
    await page.reload();
    await this.ready(page);
  }

  /** Comes back when the app of a tab can be used. */
  async ready(page = this.page) {
    await page.evaluate(() => window.spanlight.ready);
  }

  /** Waits until a message with these words has been shown at the foot of a page; it may have gone since. */
  async told(words, page = this.page) {
    const has = (text) => (words instanceof RegExp ? words.test(text) : text.includes(words));
    await eventually(() => page.evaluate(() => window.messagesShown), (shown) => shown.some(has));
  }

  /** Drops files and folders: paths, or `{name, data}` with text or bytes. `at` is a point of the page. */
  async drop(files, { page = this.page, at = { x: 640, y: 400 } } = {}) {
    const paths = files.map((file) => (typeof file === 'string' ? file : this.write(file)));
    const session = await this.context.newCDPSession(page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    }
    await session.detach();
  }

  /** Writes a file into this test's own folder, where it can be changed and removed; returns its path. */
  write({ name, data }) {
    mkdirSync(outputFolder, { recursive: true });
    this.folder ??= mkdtempSync(join(outputFolder, 'files-'));
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
    return path;
  }

  /** Announces a problem that this test brings about; not happening is a failure, too. */
  expectProblem(pattern) {
    this.#expected.push(pattern);
  }

  /** Writes a picture of the page, or of one element, to the output folder; returns its path. */
  async screenshot(name, target = this.page) {
    const path = join(outputFolder, `${name}.png`);
    await target.screenshot({ path });
    return path;
  }

  /** Fails on a problem that was not expected and on an expected one that did not happen. */
  checkProblems() {
    const expects = (problem) => this.#expected.some((pattern) => pattern.test(problem));
    assert.deepEqual(this.problems.filter((problem) => !expects(problem)), []);
    for (const pattern of this.#expected) {
      assert.ok(this.problems.some((problem) => pattern.test(problem)), `no problem matched ${pattern}`);
    }
  }

  async close() {
    await this.context.close();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
