// Who somebody is: a pleasant name and a dye. Both are chosen at random for each window, because a
// newcomer's second window must look like a second person; a name or dye chosen by hand is kept.

// Each dye carries white text at a contrast of 4.5 : 1 or better (tests/browser/web_test.mjs).
export const dyes = [
  { name: 'Madder', color: '#b3382c' },
  { name: 'Indigo', color: '#3d46c2' },
  { name: 'Verdigris', color: '#0f766e' },
  { name: 'Saffron', color: '#b45309' },
  { name: 'Logwood', color: '#6d3fb0' },
  { name: 'Fern', color: '#2f7d32' },
  { name: 'Cochineal', color: '#b4235f' },
  { name: 'Woad', color: '#1f6a9a' },
  { name: 'Walnut', color: '#7a4e2d' },
  { name: 'Slate', color: '#52606d' },
];

const moods = [
  'Amber', 'Brisk', 'Calm', 'Clever', 'Dapper', 'Early', 'Fond', 'Gentle', 'Golden', 'Hazel',
  'Jolly', 'Keen', 'Lively', 'Lucky', 'Mellow', 'Misty', 'Nimble', 'Quiet', 'Rosy', 'Silver',
  'Steady', 'Sunny', 'Tidy', 'Warm',
];
const animals = [
  'Badger', 'Beaver', 'Crane', 'Curlew', 'Dormouse', 'Finch', 'Fox', 'Hare', 'Heron', 'Ibex',
  'Jay', 'Kestrel', 'Lark', 'Lynx', 'Marten', 'Moth', 'Newt', 'Otter', 'Owl', 'Plover',
  'Robin', 'Starling', 'Stoat', 'Wren',
];

const kName = 'weft:name';
const kDye = 'weft:dye';
const kMaxName = 32;

const pick = (list) => list[crypto.getRandomValues(new Uint32Array(1))[0] % list.length];

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

/** Removes control characters and overlong tails; an empty result is for the caller to judge. */
export function cleanName(text) {
  return [...String(text).replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, kMaxName).join('');
}

/** The person of this window. `chosenDye` tells whether the dye was picked by hand. */
export function newPerson() {
  const dye = dyes.find((d) => d.name === stored(kDye));
  return {
    name: cleanName(stored(kName) ?? '') || `${pick(moods)} ${pick(animals)}`,
    color: (dye ?? pick(dyes)).color,
    chosenDye: dye !== undefined,
  };
}

export function rememberName(name) {
  store(kName, name);
}

export function rememberDye(name) {
  store(kDye, name);
}

/** A dye that nobody in `taken` (a set of colours) wears, or `fallback` if all are worn. */
export function freeDye(taken, fallback) {
  const free = dyes.filter((d) => !taken.has(d.color));
  return free.length > 0 ? pick(free).color : fallback;
}

/** What may be shown of a peer's `user` field, which anybody may have written. */
export function shownPerson(user, clientId) {
  const sound = /^#[0-9a-f]{6}$/i.test(user?.color);
  const color = sound ? user.color : dyes[clientId % dyes.length].color;
  return { name: cleanName(user?.name ?? '') || 'Somebody', color };
}

export function initials(name) {
  const words = name.split(' ');
  const first = (word) => [...word][0] ?? '';
  return (first(words[0]) + (words.length > 1 ? first(words[words.length - 1]) : '')).toUpperCase();
}
