// The page: one document at a time, named by the URL; who is here; whether all is saved.

import { Connection } from './connection.js';
import { showPeer } from './cursors.js';
import { openEditor } from './editor.js';
import { setUpCard } from './me.js';
import { freeDye, newPerson } from './names.js';
import { drawPeople, peopleOf } from './people.js';
import { cleanRoom, readRoom, roomLink, roomPath } from './rooms.js';
import { setUpTokenForm, takeToken } from './token.js';

const $ = (id) => document.getElementById(id);
const kCountedLength = 1_000_000;  // UTF-16 code units; words of longer texts are not counted
const kStates = {
  connecting: 'Connecting',
  offline: 'Offline',
  saving: 'Saving…',
  saved: 'Saved',
  readonly: 'Read only',
  refused: 'No access',
};

const person = newPerson();
let session = null;

function showState(state) {
  $('save').hidden = false;  // its place is known only with the document's name
  $('save').dataset.state = state;
  $('save-text').textContent = kStates[state];
  $('access').hidden = state !== 'refused';
  if (state === 'refused') $('access-token').focus();
}

function showPeople() {
  const people = peopleOf(session.connection.awareness);
  drawPeople({ list: $('people'), loom: $('loom') }, people, (id) => {
    const { view, connection } = session;
    showPeer(view, connection.text, connection.awareness, id);
  });
  $('alone').hidden = people.length !== 1;
}

function showCount(doc) {
  const show = (n, unit) => {
    $('count').textContent = `${n.toLocaleString('en')} ${unit}${n === 1 ? '' : 's'}`;
  };
  if (doc.length > kCountedLength) return show(doc.length, 'character');
  show(doc.toString().match(/[\p{L}\p{N}'’-]+/gu)?.length ?? 0, 'word');
}

/** Two people of one colour cannot be told apart: the one with the higher id changes. */
function yieldColor({ awareness }) {
  if (person.chosenDye) return;
  const others = peopleOf(awareness).filter(({ own }) => !own);
  if (!others.some(({ id, color }) => color === person.color && id < awareness.clientID)) return;
  const color = freeDye(new Set(others.map((other) => other.color)), person.color);
  if (color === person.color) return;
  person.color = color;
  awareness.setLocalStateField('user', publicPerson());
}

function publicPerson() {
  const { name, color } = person;
  return { name, color, colorLight: `${color}33` };
}

function open(room) {
  session?.view.destroy();
  session?.connection.close();
  showRoom(room);
  showState('connecting');
  const connection = new Connection(room, publicPerson(), showState);
  let counting = 0;
  const view = openEditor($('editor'), connection.text, connection.awareness, ({ doc }) => {
    clearTimeout(counting);
    counting = setTimeout(() => showCount(doc), 250);
  });
  session = { room, connection, view };
  connection.awareness.on('change', () => {
    if (session.connection !== connection) return;
    yieldColor(connection);
    showPeople();
  });
  document.title = `${room} · Weft`;
  $('second').href = roomLink(room, location);
  showPeople();
  showCount(view.state.doc);
  view.focus();
}

function showRoom(room) {
  $('room').value = room;
  $('room-size').dataset.value = room;
}

function setUpRoom() {
  $('room').addEventListener('input', ({ target }) => {
    $('room-size').dataset.value = target.value;
  });
  $('room').addEventListener('blur', () => showRoom(session.room));
  $('room-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const room = cleanRoom($('room').value);
    if (room === '' || room === session.room) showRoom(session.room);
    else location.hash = roomPath(room);
    session.view.focus();
  });
  addEventListener('hashchange', () => {
    const room = readRoom(location);
    if (room !== session.room) open(room);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that are neither on this machine nor behind TLS have no clipboard interface.
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}

function setUpTools() {
  let resting = 0;
  $('share').addEventListener('click', async () => {
    await copy(roomLink(session.room, location));
    $('share').classList.add('done');
    clearTimeout(resting);
    resting = setTimeout(() => $('share').classList.remove('done'), 1800);
  });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen === undefined ? dark.matches : chosen === 'dark';
  };
  const show = () => $('theme').setAttribute('aria-pressed', String(isDark()));
  $('theme').addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('weft:theme', theme);
    } catch {
      // Then it lasts as long as the page.
    }
    show();
  });
  dark.addEventListener('change', show);
  show();
}

addEventListener('beforeunload', (event) => {
  if (!session.connection.saved) event.preventDefault();
});

setUpCard($('me'), person, () => {
  session.connection.awareness.setLocalStateField('user', publicPerson());
});
setUpRoom();
setUpTools();
setUpTokenForm($('access'), (token) => {
  session.connection.enterWith(token);
  session.view.focus();
});
takeToken();
open(readRoom(location));
