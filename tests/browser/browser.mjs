// Chromium as Debian packs it, and a page that counts what must not happen in it.

import { chromium } from 'playwright-core';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const kFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export function launch() {
  return chromium.launch({ executablePath: kChromium, headless: true, args: kFlags });
}

/** Notes what shifts, the text itself apart, in window.shifted; fills the local storage. */
function prepare(stored) {
  window.shifted = [];
  new PerformanceObserver((list) => {
    const passive = list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput);
    for (const { node } of passive.flatMap(({ sources }) => sources)) {
      const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      if (element !== null && element?.closest('.cm-content') === null) {
        window.shifted.push(element.id || element.className.baseVal || element.className);
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
  for (const [key, value] of Object.entries(stored)) localStorage.setItem(key, value);
}

/** One person's window: a context of its own, which shares no storage with others. */
export class Window {
  /** `options`: of Playwright's newContext; `stored`: what local storage holds from the start. */
  static async open(browser, url, { stored = {}, ...options } = {}) {
    const viewport = { width: 1180, height: 760 };
    const context = await browser.newContext({ viewport, ...options });
    await context.addInitScript(prepare, stored);
    const page = await context.newPage();
    const window = new Window(context, page, new URL(url).origin);
    await page.goto(url);
    return window;
  }

  constructor(context, page, origin) {
    this.context = context;
    this.page = page;
    this.errors = [];   // uncaught errors, console errors (violations of the policy among them)
    this.foreign = [];  // requests to any other host
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      // A server that is down is said so by the browser itself.
      const network = /WebSocket connection|ERR_CONNECTION/.test(message.text());
      if (message.type() === 'error' && !network) this.errors.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) this.foreign.push(request.url());
    });
  }

  /** The editor's text, as its lines say it, without carets' labels. */
  text() {
    return this.page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => {
      const copy = line.cloneNode(true);
      copy.querySelectorAll('.peer-caret, .cm-placeholder').forEach((node) => node.remove());
      return copy.textContent;
    }).join('\n'));
  }

  /** 'connecting', 'offline', 'saving' or 'saved'. */
  state() {
    return this.page.getAttribute('#save', 'data-state');
  }

  async reaches(state, ms = 10_000) {
    await this.page.waitForSelector(`#save[data-state="${state}"]`, { timeout: ms });
  }

  /** Types at the end of the document. */
  async write(text) {
    await this.page.click('.cm-content');
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(text);
  }

  labels() {
    return this.page.$$eval('.peer-label', (nodes) => nodes.map((node) => node.textContent));
  }

  people() {
    return this.page.$$eval('.avatar', (nodes) => nodes.map((node) => node.title));
  }

  close() {
    return this.context.close();
  }
}
