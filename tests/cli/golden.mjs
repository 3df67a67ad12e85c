// Updates whose bytes were made by Yjs 13.6.33, and what Yjs makes of them.

import { hex } from './weft.mjs';

/** 'hello' in the text 't', by client 1. */
export const hello = {
  v1: hex('01010100040101740568656c6c6f00'),
  v2: hex('000001010000010409067468656c6c6f01050101000001010000'),
};

/** One key of the map 'm' set three times, by client 1: each update, and what they come to. */
export const thrice = {
  updates: [
    hex('010101002801016d016b017702763100'),
    hex('01010101a8010001770276320101010001'),
    hex('01010102a8010101770276330101010101'),
  ],
  merged: hex(`010301002801016d016b017702763188010001770276328801010177027633
    0101010002`),
  state: hex('010201002101016d016b02a8010101770276330101010002'),
  stateSinceNothing: hex('010201002101016d016b0288010101770276330101010002'),
};

/** A map whose client 6 wrote clocks 0 and 2; clock 1 is missing. */
export const gap = hex('010306002801016d0161017d010a012801016d0163017d0300');

/** Three clients insert into 'ab' and set one key: 'axxyyzzb', k = 4. */
export const three = hex(`04020400c401000101027a7a2801016d016b017d04020300c40100010102797921
  01016d016b01020200c4010001010278782101016d016b0102010004010174
  01618401000162020301020102010201`);

/** 'a', a character of two code units, 'b'; and what a replica lacks that has seen two units. */
export const surrogates = {
  update: hex('0101010004010174 06 61f09f988062 00'),
  since2: hex('0101010284010104efbfbd6200'),
};

/** An array inside a map. */
export const nested = hex(`010201022701016d036172720008000102057d017701787e787601016175
  017c3fc0000000`);
