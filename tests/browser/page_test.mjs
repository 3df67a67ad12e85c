// The page that `weft serve` shows, in Chromium: `node page_test.mjs --server PATH_TO_WEFT`.
//   --screenshot FILE --screenshot-dark FILE   also keeps a picture of each theme

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { parseArgs } from 'node:util';
import { Server } from '../clients/lib/server.mjs';
import { until } from '../clients/lib/wait.mjs';
import { Window, launch } from './browser.mjs';

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    screenshot: { type: 'string' },
    'screenshot-dark': { type: 'string' },
  },
});
if (values.server === undefined) {
  console.error('usage: node page_test.mjs --server PATH_TO_WEFT [--screenshot FILE] ' +
    '[--screenshot-dark FILE]');
  process.exit(2);
}

const server = new Server(values.server);
let browser;
let windows = [];
let documents = 0;

before(async () => {
  await server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server.discard();
});

// Whatever a test is about: no error, no request to another host, nothing that shifts.
afterEach(async () => {
  const opened = windows;
  windows = [];
  for (const { page, errors, foreign } of opened) {
    const shifted = await page.evaluate(() => window.shifted);
    assert.deepEqual(errors, [], 'errors in the page');
    assert.deepEqual(foreign, [], 'requests to other hosts');
    assert.deepEqual(shifted, [], 'what shifted');
  }
  for (const window of opened) await window.close();
});

/** Opens the document `name`, or one that no other test uses. */
async function open({ path, ...options } = {}) {
  const url = `${server.http}/${path ?? `#test-${documents}`}`;
  const window = await Window.open(browser, url, options);
  windows.push(window);
  await window.reaches('saved');
  return window;
}

async function openTwo(options) {
  documents++;
  return [await open(options), await open(options)];
}

async function shows(window, text) {
  await until(`the window shows ${JSON.stringify(text)}`, async () => await window.text() === text);
}

test('two windows show what both type', async () => {
  const [a, b] = await openTwo();
  await a.write('warp ');
  await shows(b, 'warp ');
  await b.write('and weft');
  await shows(a, 'warp and weft');
  await shows(b, 'warp and weft');
  await a.reaches('saved');
  await b.reaches('saved');
});

test('both type at once and end with the same text', async () => {
  const [a, b] = await openTwo();
  await Promise.all([a.write('over '.repeat(20)), b.write('under '.repeat(20))]);
  await until('the texts agree', async () => await a.text() === await b.text());
  const text = await a.text();
  const letters = (from) => [...from].sort().join('');
  assert.equal(letters(text), letters('over '.repeat(20) + 'under '.repeat(20)));
});

test('each sees the name, the caret and the colour of the other', async () => {
  const [a, b] = await openTwo();
  await a.write('hello');
  await b.write(' there');
  const own = async (window) => (await window.people())[0].replace(/ \(you\).*/, '');
  const [nameA, nameB] = [await own(a), await own(b)];
  await until('the labels', async () =>
    (await a.labels())[0] === nameB && (await b.labels())[0] === nameA);
  assert.deepEqual((await a.people()).slice(1), [nameB]);
  assert.deepEqual((await b.people()).slice(1), [nameA]);
  const colors = await a.page.$$eval('.avatar', (nodes) =>
    nodes.map((node) => getComputedStyle(node).backgroundColor));
  assert.notEqual(colors[0], colors[1]);
  const caret = await a.page.$eval('.peer-caret', (node) => getComputedStyle(node).borderLeftColor);
  assert.equal(caret, colors[1]);
  assert.equal(await a.page.locator('.strand').count(), 2);
});

test('a new name and dye are seen by the other, and kept', async () => {
  const [a, b] = await openTwo();
  await a.write('x');
  await a.page.click('#own');
  await a.page.fill('#me-name', 'Ada Lovelace');
  await a.page.check('.dye [aria-label="Fern"]', { force: true });
  await a.page.keyboard.press('Escape');
  await until('the name in the other window', async () =>
    (await b.people()).includes('Ada Lovelace') && (await b.labels()).includes('Ada Lovelace'));
  await until('the dye in the other window', () =>
    b.page.$eval('.avatar[title="Ada Lovelace"]', (node) =>
      getComputedStyle(node).backgroundColor === 'rgb(47, 125, 50)'));
  await a.page.reload();
  await a.reaches('saved');
  assert.match((await a.people())[0], /^Ada Lovelace /);
});

test('who leaves is gone at once', async () => {
  const [a, b] = await openTwo();
  await b.write('bye');
  await until('the caret', async () => (await a.labels()).length === 1);
  assert.equal(await a.page.isVisible('#alone'), false);
  windows = [a];
  await b.close();
  const left = async () => (await a.people()).length + (await a.labels()).length;
  await until('only we are here', async () => await left() === 1, 15_000);
  assert.equal(await a.page.isVisible('#alone'), true);
});

test('a reload keeps the text', async () => {
  documents++;
  const window = await open();
  await window.write('# Kept\n\nline three');
  await window.reaches('saved');
  await window.page.reload();
  await shows(window, '# Kept\n\nline three');
  await window.reaches('saved');
});

test('"Saving" while the server is silent, "Saved" once it answered', async () => {
  documents++;
  const window = await open();
  await window.write('a');
  await window.reaches('saved');
  process.kill(server.pid, 'SIGSTOP');
  try {
    await window.write('b');
    await window.reaches('saving');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await window.state(), 'saving');
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await window.reaches('saved');
});

test('"Offline" while the server is down; what was typed is saved afterwards', async () => {
  const [a, b] = await openTwo();
  await a.write('before ');
  await shows(b, 'before ');
  await a.reaches('saved');
  await server.kill();
  await a.reaches('offline');
  await b.reaches('offline');
  assert.equal(await a.page.textContent('#save-text'), 'Offline');
  await a.write('A');
  await b.write('B');
  await server.start();
  await a.reaches('saved', 15_000);
  await b.reaches('saved', 15_000);
  await until('the texts agree', async () => await a.text() === await b.text());
  assert.match(await a.text(), /^before (AB|BA)$/);
});

test('undo takes back what was typed here, and nothing of the other', async () => {
  const [a, b] = await openTwo();
  await a.write('mine');
  await shows(b, 'mine');
  await b.write(' theirs');
  await shows(a, 'mine theirs');
  await a.page.click('.cm-content');
  await a.page.keyboard.press('Control+z');
  await shows(b, ' theirs');
  await a.page.keyboard.press('Control+Shift+Z');
  await shows(b, 'mine theirs');
});

test('the document is named by hash, ?doc= or field, or is the welcome one', async () => {
  const name = `café notes/${Date.now()}`;
  const a = await open({ path: `#${encodeURIComponent(name)}` });
  assert.equal(await a.page.inputValue('#room'), name);
  await a.write('found');
  const b = await open({ path: `?doc=${encodeURIComponent(name)}` });
  await shows(b, 'found');
  await b.page.fill('#room', 'welcome');
  await b.page.keyboard.press('Enter');
  await b.reaches('saved');
  await shows(b, '');
  assert.equal(await b.page.title(), 'welcome · Weft');
  const c = await open({ path: '' });
  assert.equal(await c.page.inputValue('#room'), 'welcome');
  await c.write('hi');
  await shows(b, 'hi');
  await b.page.goBack();
  await shows(b, 'found');
  // Beside another name the indicator stands elsewhere: that is no shift within a document.
  await b.page.evaluate(() => { window.shifted = window.shifted.filter((id) => id !== 'save'); });
});

test('the copied link opens the same document', async () => {
  documents++;
  const a = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await a.write('shared');
  const width = () => a.page.$eval('#share', (node) => node.getBoundingClientRect().width);
  const before = await width();
  await a.page.click('#share');
  await a.page.waitForSelector('#share.done');
  assert.equal(await width(), before);
  const link = await a.page.evaluate(() => navigator.clipboard.readText());
  const b = await open({ path: link.slice(`${server.http}/`.length) });
  await shows(b, 'shared');
});

test('the keyboard reaches everything, and leaves the editor', async () => {
  documents++;
  const { page } = await open();
  await page.keyboard.press('Tab');  // from the editor, which has the focus, to the foot
  const order = [];
  for (let i = 0; i < 12; i++) {
    order.push(await page.evaluate(() => {
      const { id, className } = document.activeElement;
      return id || className;
    }));
    await page.keyboard.press('Tab');
  }
  for (const wanted of ['second', 'brand', 'room', 'own', 'share', 'theme']) {
    assert.ok(order.includes(wanted), `${wanted} is reached: ${order.join(', ')}`);
  }
  await page.focus('#own');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#me:popover-open').count(), 1);
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'own');
});

test('the theme follows the system until one is chosen, and the choice is kept', async () => {
  documents++;
  const { page } = await open({ colorScheme: 'dark' });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await paper(), 'rgb(22, 21, 19)');
  await page.click('#theme');
  assert.equal(await paper(), 'rgb(251, 250, 247)');
  await page.reload();
  assert.equal(await paper(), 'rgb(251, 250, 247)');
  assert.equal(await page.getAttribute('#theme', 'aria-pressed'), 'false');
});

test('a phone shows it all without scrolling sideways', async () => {
  const path = '#a document whose name is rather long';
  const phone = { path, viewport: { width: 360, height: 720 } };
  const [a] = [await open(phone), await open(phone), await open(phone)];
  await a.write('A line that is certainly longer than a narrow screen of a telephone is wide.');
  await until('all three are here', async () => (await a.people()).length === 3);
  const { wide, outside, covered } = await a.page.evaluate(() => {
    const wanted = '.mark, #room, #save svg, .avatar, .bar .tool, .cm-line';
    const nodes = [...document.querySelectorAll(wanted)];
    const name = (node) => node.id || node.className.baseVal || node.className;
    const atCentre = (node) => {
      const { x, y, width, height } = node.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2);
    };
    return {
      wide: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
      outside: nodes.filter((node) => node.getBoundingClientRect().right > innerWidth).map(name),
      covered: nodes.filter((node) => !node.contains(atCentre(node))).map(name),
    };
  });
  assert.equal(wide, 360);
  assert.deepEqual(outside, []);
  assert.deepEqual(covered, []);
});

test('what a hostile peer calls its name and colour is text, and does nothing', async () => {
  documents++;
  const window = await open();
  await window.write('text');
  const user = {
    name: '<img src=x onerror=alert(1)>',
    color: 'red; background: url(http://192.0.2.1/x)',
  };
  const json = JSON.stringify({ user, cursor: { anchor: 'here', head: { tname: 3 } } });
  await window.page.evaluate(async ([room, text]) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/${room}`);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const state = new TextEncoder().encode(text);
    const varUint = (n) => (n < 128 ? [n] : [n & 127 | 128, ...varUint(n >> 7)]);
    const body = [1, 99, 1, ...varUint(state.length), ...state];
    socket.send(Uint8Array.from([1, ...varUint(body.length), ...body]));
    window.hostile = socket;
  }, [`test-${documents}`, json]);
  await until('the peer is listed', async () => (await window.people()).includes(user.name));
  const color = await window.page.$eval('.person:last-child .avatar', (node) =>
    node.style.getPropertyValue('--peer'));
  assert.match(color, /^#[0-9a-f]{6}$/);
  await window.page.click('.person:last-child .avatar');
  await window.write(' goes on');
  await window.reaches('saved');
  await shows(window, 'text goes on');
});

test('?token= lets in, a wrong one is asked for again, a reader is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-page-'));
  const auth = join(folder, 'auth.json');
  writeFileSync(auth, JSON.stringify({ tokens: [
    { token: 'a+writer', role: 'write' }, { token: 'a reader', role: 'read' }] }));
  const guarded = new Server(values.server, ['--auth', auth]);
  await guarded.start();
  try {
    const enter = async (path) => {
      const window = await Window.open(browser, `${guarded.http}/${path}`);
      windows.push(window);
      return window;
    };
    const writer = await enter('?token=a%2Bwriter&doc=plan');
    await writer.reaches('saved');
    await writer.write('mine');
    await writer.reaches('saved');
    assert.equal(writer.page.url(), `${guarded.http}/?doc=plan`);
    await writer.page.reload();
    await writer.reaches('saved');
    await shows(writer, 'mine');

    const other = await enter('?token=guessed#plan');
    await other.reaches('refused');
    assert.equal(await other.text(), '');
    await other.page.fill('#access-token', 'a reader');
    await other.page.keyboard.press('Enter');
    await other.reaches('saved');
    await shows(other, 'mine');
    assert.equal(await other.page.isVisible('#access'), false);
    await other.write('!');
    await other.reaches('readonly');
    await shows(writer, 'mine');
  } finally {
    await guarded.discard();
    rmSync(folder, { recursive: true });
  }
});

const numberOf = (window, title) => window.page.evaluate((text) =>
  [...document.querySelectorAll('figure')].find((figure) =>
    figure.querySelector('span').textContent === text)?.querySelector('output').textContent, title);

test('the operator sees numbers, documents, who is on them, and sends them away', async () => {
  const [a, b] = await openTwo();
  await a.write('seen');
  await a.reaches('saved');
  const name = `test-${documents}`;
  const admin = await Window.open(browser, `${server.http}/admin`);
  try {
    await admin.page.waitForSelector('#state[data-state="ok"]');
    await until('two connections', async () => Number(await numberOf(admin, 'Connections')) >= 2);
    await admin.page.fill('#after', name.slice(0, -1));
    await admin.page.press('#after', 'Enter');
    const row = admin.page.locator('#documents tr').filter({ hasText: name }).first();
    await row.getByRole('button').click();
    const rows = admin.page.locator('#session-rows tr');
    await until('both are listed', async () => await rows.count() === 2);
    assert.equal(await admin.page.textContent('#sessions-title'), `On ${name}`);
    const first = await rows.first().locator('td').nth(1).textContent();
    await rows.first().getByRole('button').click();
    await until('that session has gone', async () =>
      !(await admin.page.textContent('#session-rows')).includes(first));
    assert.match(await admin.page.getAttribute('figure path', 'd'), /^M[\d.]+ [\d.]+/);
    assert.deepEqual([admin.errors, admin.foreign], [[], []]);
  } finally {
    windows = [];  // one of them was sent away, which it says
    for (const window of [a, b, admin]) await window.close();
  }
});

test('the operator\'s page asks for an admin\'s token, and shows nothing before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-page-'));
  writeFileSync(join(folder, 'auth.json'), JSON.stringify({
    anonymous: 'write', admin: [{ token: 'the operator' }], tokens: [],
  }));
  const guarded = new Server(values.server, ['--auth', join(folder, 'auth.json')]);
  await guarded.start();
  const admin = await Window.open(browser, `${guarded.http}/admin`);
  try {
    await admin.page.waitForSelector('#access:not([hidden])');
    assert.equal(await admin.page.isVisible('#main'), false);
    await admin.page.fill('#token', 'somebody else');
    await admin.page.press('#token', 'Enter');
    await admin.page.waitForResponse((response) => response.status() === 401);
    assert.equal(await admin.page.isVisible('#main'), false);
    await admin.page.fill('#token', 'the operator');
    await admin.page.press('#token', 'Enter');
    await admin.page.waitForSelector('#main:not([hidden])');
    await until('numbers', async () => /\d/.test(await numberOf(admin, 'Documents in memory')));
    assert.deepEqual(admin.foreign, []);
    assert.equal(await admin.page.evaluate(() => window.localStorage.length), 0);
  } finally {
    await admin.close();
    await guarded.discard();
    rmSync(folder, { recursive: true });
  }
});

const kScene = [
  '# Field notes',
  '',
  'A **weft** is the thread drawn across the loom, over and under the warp.',
  'Here every writer is one thread, and the cloth holds whoever lets go.',
  '',
  '## This week',
  '',
  '- Two looms, one cloth: edits made apart still meet',
  '- Ask Ines about the `indigo` vat before Friday',
  '',
  '> Nothing is lost between one pass and the next.',
  '',
  '',
].join('\n');

async function scene(colorScheme, file) {
  const path = colorScheme === 'light' ? '#field notes' : '#night shift';
  const person = (name, dye) => ({ path, stored: { 'weft:name': name, 'weft:dye': dye } });
  const own = await open({
    ...person('Maren Holt', 'Indigo'),
    colorScheme,
    deviceScaleFactor: 2,
    viewport: { width: 1180, height: 660 },
  });
  const second = await open(person('Ines Duarte', 'Madder'));
  const third = await open(person('Tomo Arai', 'Verdigris'));
  await own.page.click('.cm-content');
  await own.page.keyboard.insertText(kScene);
  await shows(third, kScene);
  await second.page.click('.cm-content');
  await second.page.keyboard.press('Control+Home');
  for (let i = 0; i < 7; i++) await second.page.keyboard.press('ArrowDown');
  await second.page.keyboard.press('End');
  for (let i = 0; i < 2; i++) await second.page.keyboard.press('Control+Shift+ArrowLeft');
  await third.write('Second shift: the blue is coming up beautifully');
  await until('both carets', async () => (await own.labels()).length === 2);
  await own.reaches('saved');
  await own.page.waitForTimeout(1200);  // until the third thread is drawn
  await own.page.screenshot({ path: file });
}

if (values.screenshot) {
  test('a picture of the light theme', () => scene('light', values.screenshot));
}
if (values['screenshot-dark']) {
  test('a picture of the dark theme', () => scene('dark', values['screenshot-dark']));
}
