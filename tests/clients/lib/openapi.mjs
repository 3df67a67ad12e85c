// Answers against the description that the server gives of itself: the status, the content type and
// the shape of each must be there. Only as much of JSON Schema as the description uses.

import { check, equal } from './wait.mjs';

export async function describe(http) {
  const response = await fetch(`${http}/api/openapi.json`);
  equal('openapi.json', [response.status, response.headers.get('Content-Type')],
    [200, 'application/json']);
  return response.json();
}

/** Follows `{"$ref": "#/a/b"}`. */
function resolve(description, node) {
  if (node?.$ref === undefined) return node;
  return node.$ref.slice(2).split('/').reduce((at, key) => at[key], description);
}

const kTypes = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** The first place where `value` is not as `node` says; null if there is none. */
function mismatch(description, node, value, where = '$') {
  const schema = resolve(description, node);
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => kTypes[type](value))) {
    return `${where} is no ${types.join(' or ')}`;
  }
  if (kTypes.array(value) && schema.items !== undefined) {
    return value.map((item, i) => mismatch(description, schema.items, item, `${where}[${i}]`))
      .find((found) => found !== null) ?? null;
  }
  if (!kTypes.object(value) || !types.includes('object')) return null;
  const missing = (schema.required ?? []).find((key) => !(key in value));
  if (missing !== undefined) return `${where}.${missing} is missing`;
  for (const [key, member] of Object.entries(value)) {
    const rule = schema.properties?.[key] ?? schema.additionalProperties ?? true;
    if (rule === false) return `${where}.${key} is not described`;
    const found = rule === true ? null : mismatch(description, rule, member, `${where}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function pathOf(description, path) {
  const plain = path.split('?')[0];
  return Object.keys(description.paths).find((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain));
}

/** Checks one answer; returns it taken apart: {status, etag, bytes, text?, json?}. */
export function validate(description, { method, path, response, bytes }) {
  const what = `${method} ${path}: ${response.status}`;
  const operation = description.paths[pathOf(description, path)]?.[method.toLowerCase()];
  check(`${what} is described`, operation !== undefined);
  const described = resolve(description, operation.responses[String(response.status)]);
  check(`${what} is an answer of it`, described !== undefined);
  for (const header of Object.keys(described.headers ?? {})) {
    check(`${what} has ${header}`, response.headers.has(header));
  }
  const answer = { status: response.status, etag: response.headers.get('ETag'), bytes };
  if (described.content === undefined) return answer;
  const type = response.headers.get('Content-Type').split(';')[0];
  const content = described.content[type];
  check(`${what} may be ${type}`, content !== undefined);
  if (type === 'application/octet-stream') return answer;
  answer.text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!type.endsWith('json')) return answer;
  answer.json = JSON.parse(answer.text);
  equal(what, mismatch(description, content.schema, answer.json), null);
  return answer;
}
