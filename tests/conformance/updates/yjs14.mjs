// @y/y 14.0.0-rc.7, corrected (corrections.mjs tells where), with what it does not export.

import { createRequire, register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

register('./corrections.mjs', import.meta.url);

export const Y = await import('@y/y');
/** The deltas of the lib0 that it uses. */
const lib0 = createRequire(fileURLToPath(import.meta.resolve('@y/y')));
export const delta = await import(pathToFileURL(lib0.resolve('lib0/delta')));
const utils = new URL('utils/', import.meta.resolve('@y/y'));
export const ids = await import(new URL('ids.js', utils));
const { IdSetEncoderV2 } = await import(new URL('UpdateEncoder.js', utils));

/** encodeIdSet of later release candidates. */
export function encodeIdSet(set) {
  const encoder = new IdSetEncoderV2();
  ids.writeIdSet(encoder, set);
  return encoder.toUint8Array();
}
