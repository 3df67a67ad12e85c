// Who is here: the avatars of the bar, and a thread of each one's dye in the loom below it.

import { initials, shownPerson } from './names.js';

const kAvatars = 5;  // at most; the last place then tells how many more there are
const kThreads = 3;  // lanes of the loom; more people share them, side by side

/** Everybody in `awareness`, ourselves first, then as they came. */
export function peopleOf(awareness) {
  const own = awareness.clientID;
  return [...awareness.getStates()]
    .map(([id, state]) => ({ id, own: id === own, ...shownPerson(state.user, id) }))
    .sort((a, b) => b.own - a.own);
}

function element(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent.append(node);
  return node;
}

/** Keeps one child of `parent` per entry, so that those who stay do not blink. */
function reconcile(parent, entries, create, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  entries.forEach((entry, index) => {
    const key = String(entry.id);
    let node = known.get(key);
    if (node === undefined) {
      node = create(entry);
      node.dataset.key = key;
    }
    known.delete(key);
    update(node, entry, index);
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  for (const node of known.values()) node.remove();
}

function newAvatar(person, list, onPick) {
  const item = element('li', 'person', list);
  const button = element('button', 'avatar', item);
  button.type = 'button';
  if (person.own) {
    button.id = 'own';
    button.setAttribute('popovertarget', 'me');
  } else {
    button.addEventListener('click', () => onPick(person.id));
  }
  return item;
}

function updateAvatar(item, person) {
  const button = item.firstElementChild;
  button.textContent = initials(person.name);
  button.style.setProperty('--peer', person.color);
  const label = person.own ? `${person.name} (you): change name or colour` : person.name;
  button.title = label;
  button.setAttribute('aria-label', label);
}

function drawAvatars(list, people, onPick) {
  const shown = people.length > kAvatars ? people.slice(0, kAvatars - 1) : people;
  const more = people.slice(shown.length);
  const entries = more.length > 0 ? [...shown, { id: 'more', count: more.length }] : shown;
  reconcile(
    list,
    entries,
    (entry) => (entry.id === 'more' ? element('li', 'person more', list)
      : newAvatar(entry, list, onPick)),
    (node, entry) => {
      if (entry.id !== 'more') return updateAvatar(node, entry);
      node.textContent = `+${entry.count}`;
      node.title = more.map((person) => person.name).join(', ');
    },
  );
}

function drawLoom(loom, people) {
  const perLane = Math.ceil(people.length / kThreads);
  reconcile(
    loom,
    people.slice(0, kThreads * 8),
    () => element('i', 'strand', loom),
    (strand, person, index) => {
      const lane = index % kThreads;
      const place = Math.floor(index / kThreads);
      strand.style.setProperty('--peer', person.color);
      strand.style.setProperty('--lane', lane);
      strand.style.setProperty('--from', `${(100 * place) / perLane}%`);
      strand.style.setProperty('--to', `${(100 * (place + 1)) / perLane}%`);
      strand.classList.toggle('odd', lane % 2 === 1);
    },
  );
}

/** Draws `people` (of peopleOf) into the avatars' list and the loom. */
export function drawPeople({ list, loom }, people, onPick) {
  drawAvatars(list, people, onPick);
  drawLoom(loom, people);
}
