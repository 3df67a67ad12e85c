// Which document the page shows: the URL's hash, else `?doc=`, else the welcome document.

export const kWelcome = 'welcome';
const kMaxLength = 96;

/**
 * A name that survives the way into a URL and back: no control characters, no empty and no dot
 * segments (a browser would resolve those), single spaces, at most 96 characters.
 */
export function cleanRoom(text) {
  const flat = String(text).replace(/[\p{C}\s]+/gu, ' ');
  const segments = flat.split('/').map((part) => part.trim());
  const kept = segments.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
  return [...kept].slice(0, kMaxLength).join('').trim().replace(/\/+$/, '');
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function readRoom(location) {
  const hash = cleanRoom(decode(location.hash.slice(1)));
  return hash || cleanRoom(new URLSearchParams(location.search).get('doc') ?? '') || kWelcome;
}

/** The room as a URL path: what y-websocket appends to the server's address. */
export function roomPath(room) {
  return room.split('/').map(encodeURIComponent).join('/');
}

/** The address to share. */
export function roomLink(room, location) {
  return `${location.origin}${location.pathname}#${roomPath(room)}`;
}
