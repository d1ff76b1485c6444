import { type Item, b, list, map, n, nested, s } from './items';

/** What runs, if anything ever does. */
export const BOMB = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
/** An attribute name with everything that an expression, a path or a page could take for its own. */
export const NAME = '<b onclick="window.hacked=1">a.b[0]</b> #1 %2F "q" \\';
export const NINES = '9'.repeat(38);

/** Partition keys that break links, expressions or markup where somebody forgot them. */
export const KEYS = [
  BOMB,
  'a,b;c',
  '#hash#',
  'slash/and\\back',
  '100%25 %2F %zz',
  '"double" \'single\' `back`',
  '😀👩‍👩‍👧‍👦 ünï',
  'nul\u0000inside',
  'two\nlines\tand a tab',
  '?q=1&r=2',
  '../../etc/passwd',
  'javascript:alert(1)',
  '\u202Eright to left',
  ' leading and trailing ',
  'null',
];

/** One item with every type at its edges. */
export const EDGES: Item = {
  pk: s('edges'),
  [NAME]: s(BOMB),
  __proto__x: s('plain'),
  constructor: s('no object of ours'),
  empty: s(''),
  empty_bytes: b(''),
  huge: n('1E+125'),
  tiny: n('1E-130'),
  nines: n(NINES),
  negative: n(`-${NINES}`),
  zero: n('0'),
  long: s('x'.repeat(300 * 1024)),
  strings: { SS: ['a', BOMB, '😀'] },
  numbers: { NS: ['1', NINES] },
  binaries: { BS: [Buffer.from([0, 255]).toString('base64'), Buffer.from('hi').toString('base64')] },
  deep: nested(31, s('the innermost')),
  nothing: { NULL: true },
  yes: { BOOL: true },
  empty_list: list(),
  empty_map: map({}),
  bytes: b(new Uint8Array([0, 1, 2, 254, 255])),
  json: s('{"inside": "a string"}'),
};

export const HOSTILE: Item[] = [...KEYS.map((key, at) => ({ pk: s(key), at: n(at), note: s(BOMB) })), EDGES];
