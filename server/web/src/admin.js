// The operator's page: what /metrics says over the last ten minutes, which documents there are, and
// who is on one of them. All of it comes through the interfaces that programs use, with a token of
// "admin" where the server knows any.

import { kPlots, parseMetrics, plotPath } from './metrics.js';

const kToken = 'weft:admin';
const kPause = 2000;  // ms
const kPlaces = 300;
const [kWidth, kHeight] = [300, 64];

const byId = (id) => document.getElementById(id);
let token = '';
try {
  token = sessionStorage.getItem(kToken) ?? '';
} catch {
  // Where storage is forbidden, a token lasts as long as the page.
}

function ask(path, options = {}) {
  const headers = token === '' ? {} : { Authorization: `Bearer ${token}` };
  return fetch(path, { ...options, headers, cache: 'no-store' });
}

function say(text, state = 'ok') {
  const at = byId('state');
  at.dataset.state = state;
  if (at.textContent !== text) at.textContent = text;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- Plots -------------------------------------------------------------------------------------

const plots = kPlots.map((plot) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${kWidth} ${kHeight}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.append(line);
  const output = element('output');
  const figure = element('figure', {},
    element('figcaption', {}, element('span', { textContent: plot.title }), output), svg);
  byId('plots').append(figure);
  return { ...plot, figure, line, output, values: [] };
});

let before;

function draw(now) {
  for (const plot of plots) {
    const value = plot.of(before, now);
    plot.values.push(value);
    if (plot.values.length > kPlaces) plot.values.shift();
    plot.output.textContent = plot.say(value);
    plot.line.setAttribute('d', plotPath(plot.values, kPlaces, kWidth, kHeight));
    plot.figure.toggleAttribute('data-bad', plot.bad !== undefined && value >= plot.bad);
  }
  before = now;
  const failing = now.samples.get('weft_store_failing') === 1;
  say(failing ? 'The store takes nothing' : 'Everything is stored', failing ? 'failing' : 'ok');
}

// --- Documents and sessions --------------------------------------------------------------------

let shown;  // the document whose sessions are listed

async function showSessions() {
  byId('sessions').hidden = shown === undefined;
  if (shown === undefined) return;
  const answer = await ask(`/api/documents/${encodeURIComponent(shown)}/sessions`);
  if (!answer.ok) return;
  const { sessions } = await answer.json();
  byId('sessions-title').textContent = `On ${shown}`;
  byId('nobody').hidden = sessions.length > 0;
  byId('session-rows').replaceChildren(...sessions.map(({ id, user }) => {
    const end = element('button', { type: 'button', textContent: 'Send away' });
    end.addEventListener('click', async () => {
      await ask('/api/revoke', { method: 'POST', body: JSON.stringify({ session: id }) });
      await showSessions();
    });
    const who = user === '' ? 'nobody in particular' : user;
    return element('tr', {}, element('td', { textContent: who }),
      element('td', { textContent: id }), element('td', {}, end));
  }));
}

function documentRow({ name, updates }) {
  const show = element('button', { type: 'button', textContent: 'Who is on it' });
  show.addEventListener('click', () => {
    shown = name;
    void showSessions();
  });
  return element('tr', {}, element('td', { textContent: name }),
    element('td', { textContent: String(updates) }), element('td', {}, show));
}

async function showDocuments(after, keep = false) {
  const answer = await ask(`/api/documents?limit=50&after=${encodeURIComponent(after)}`);
  if (!answer.ok) return;
  const { documents, next } = await answer.json();
  const rows = documents.map(documentRow);
  if (keep) byId('documents').append(...rows);
  else byId('documents').replaceChildren(...rows);
  byId('more').hidden = next === null;
  byId('more').firstElementChild.onclick = () => void showDocuments(next, true);
}

// --- The loop -----------------------------------------------------------------------------------

let listed = false;

async function look() {
  const answer = await ask('/metrics');
  byId('access').hidden = answer.status !== 401;
  byId('main').hidden = !answer.ok;
  if (answer.status === 401) return say('This server asks who you are');
  if (!answer.ok) return say(`${(await answer.text()).trim()}`, 'failing');
  draw({ at: performance.now(), samples: parseMetrics(await answer.text()) });
  if (!listed) {
    listed = true;
    await showDocuments('');
  }
  await showSessions();
}

async function run() {
  for (;;) {
    try {
      if (!document.hidden) await look();
    } catch {
      say('The server does not answer', 'failing');
    }
    await new Promise((resolve) => {
      setTimeout(resolve, kPause);
    });
  }
}

byId('access').addEventListener('submit', (event) => {
  event.preventDefault();
  token = byId('token').value.trim();
  byId('token').value = '';
  try {
    sessionStorage.setItem(kToken, token);
  } catch {
    // As above.
  }
  void look().catch(() => {});
});
byId('find').addEventListener('submit', (event) => {
  event.preventDefault();
  void showDocuments(byId('after').value);
});
void run();
