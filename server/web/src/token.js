// What a server with access control lets this browser in by: `?token=` of the page's address, once,
// then what is remembered of it. The address is cleared, so that nobody copies the token with it.

const kToken = 'weft:token';
let unstored = '';  // where storage is forbidden, a token lasts as long as the page

export function readToken() {
  try {
    return localStorage.getItem(kToken) ?? '';
  } catch {
    return unstored;
  }
}

export function rememberToken(token) {
  unstored = token;
  try {
    if (token === '') localStorage.removeItem(kToken);
    else localStorage.setItem(kToken, token);
  } catch {
    // `unstored` has it.
  }
}

/** Splits `search` (with its `?`) into its token, or null, and what is left of it. */
export function splitToken(search) {
  const rest = new URLSearchParams(search);
  const token = rest.get('token');
  rest.delete('token');
  return { token, search: String(rest) === '' ? '' : `?${rest}` };
}

/** Remembers the token of the page's address and takes it out of there. */
export function takeToken() {
  const { token, search } = splitToken(location.search);
  if (token === null) return;
  rememberToken(token);
  history.replaceState(history.state, '', `${location.pathname}${search}${location.hash}`);
}

/** Fills the form that asks for a token. `enter(token)` is called with each that is given. */
export function setUpTokenForm(form, enter) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = form.querySelector('input');
    const token = input.value.trim();
    if (token === '') return;
    input.value = '';
    rememberToken(token);
    enter(token);
  });
}
