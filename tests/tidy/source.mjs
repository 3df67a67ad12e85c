// Reads C++ far enough for rules on text: what is code, where functions and full expressions lie.
//
// No compiler: comments, literals and preprocessor lines are blanked, then braces are matched.
// Positions and line numbers stay those of the file.

const kIdentifier = /[A-Za-z0-9_]/;

/** The same text with comments, and the contents of literals, replaced by spaces. */
export function codeOf(text) {
  const out = [...text];
  const blank = (from, to) => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  const chars = out.slice();
  const join = (from, to) => chars.slice(from, to).join('');
  let i = 0;
  while (i < chars.length) {
    const two = (chars[i] ?? '') + (chars[i + 1] ?? '');
    if (two === '//') {
      const end = indexOf(chars, '\n', i);
      blank(i, end);
      i = end;
    } else if (two === '/*') {
      let end = i + 2;
      while (end < chars.length && chars[end] + (chars[end + 1] ?? '') !== '*/') end++;
      blank(i, end + 2);
      i = end + 2;
    } else if (two === 'R"' && !kIdentifier.test(chars[i - 1] ?? ' ')) {
      const open = indexOf(chars, '(', i);
      const close = [...`)${join(i + 2, open)}"`];
      let end = open + 1;
      while (end < chars.length && !close.every((c, k) => chars[end + k] === c)) end++;
      blank(i + 2, end + close.length - 1);
      i = end + close.length;
    } else if (chars[i] === '"' || isCharLiteral(chars, i)) {
      let end = i + 1;
      while (end < chars.length && chars[end] !== chars[i] && chars[end] !== '\n') {
        end += chars[end] === '\\' ? 2 : 1;
      }
      blank(i + 1, end);
      i = end + 1;
    } else {
      i++;
    }
  }
  return out.join('');
}

function indexOf(chars, wanted, from) {
  const at = chars.indexOf(wanted, from);
  return at < 0 ? chars.length : at;
}

/** An apostrophe between digits separates them: 1'000. */
function isCharLiteral(chars, i) {
  return chars[i] === "'" && !/[0-9A-Fa-f]/.test(chars[i - 1] ?? ' ');
}

/** The text without preprocessor lines (continued ones too). */
export function withoutDirectives(code) {
  return code.replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, (match) => match.replace(/[^\n]/g, ' '));
}

/** The 1-based number of the line of position `at`. */
export function lineAt(text, at) {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Outermost functions as {name, line, lines}; lambdas inside count as part of their function. */
export function functionsOf(code) {
  const text = withoutDirectives(code);
  const functions = [];
  const scopes = [];
  let head = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === ';') head = i + 1;
    if (c === '{') {
      const kind = scopes.some((s) => s.kind === 'function') ? 'block'
        : scopeKind(text.slice(head, i));
      scopes.push({ kind, head });
      if (kind !== 'initializer') head = i + 1;
    }
    if (c === '}') {
      const scope = scopes.pop();
      if (scope?.kind === 'function') functions.push(describe(text, scope.head, i));
      if (scope?.kind !== 'initializer') head = i + 1;
    }
  }
  return functions;
}

/** What a brace opens, told from the text since the last statement or scope. */
function scopeKind(head) {
  const text = head.trimEnd().replace(/\balignas\s*\([^()]*\)/g, '');
  if (/(^|[\s;])namespace\b[^()]*$/.test(text)) return 'scope';
  if (/\b(class|struct|union|enum)\b[^()=]*$/.test(text)) return 'scope';
  if (/extern\s*"\s*"$/.test(text)) return 'scope';
  const adjacent = head === head.trimEnd() && /[A-Za-z0-9_>]$/.test(text);
  if (adjacent || /([=,(]|\breturn)$/.test(text)) return 'initializer';
  return text.includes(')') ? 'function' : 'scope';
}

function describe(text, head, end) {
  const begin = head + text.slice(head).search(/\S/);
  const line = lineAt(text, begin);
  const name = /([~A-Za-z_][\w:~]*)\s*\(/.exec(text.slice(begin, end))?.[1] ?? 'function';
  return { name, line, lines: lineAt(text, end) - line + 1 };
}

/** Full expressions that hold co_await, as {text, line}. */
export function awaitExpressions(code) {
  const text = withoutDirectives(code);
  const found = [];
  for (const match of text.matchAll(/\bco_await\b/g)) {
    const begin = expressionBegin(text, match.index);
    const end = expressionEnd(text, match.index);
    found.push({ text: text.slice(begin, end), line: lineAt(text, match.index) });
  }
  return found;
}

function expressionBegin(text, from) {
  let depth = 0;
  for (let i = from; i > 0; i--) {
    const c = text[i - 1];
    if (c === ')' || c === ']') depth++;
    if (c === '(' || c === '[') depth--;
    if (depth <= 0 && (c === ';' || c === '{' || c === '}')) return i;
  }
  return 0;
}

function expressionEnd(text, from) {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c)) depth--;
    if (depth < 0 || (depth === 0 && c === ';')) return i;
  }
  return text.length;
}
