// What may be written next: tables after FROM, INTO and UPDATE, indexes after a table and a dot,
// otherwise attributes, keywords and functions.

import { enclosing } from "./scan.js";

const PLAIN = /^[A-Za-z_$@][A-Za-z0-9_$@]*$/;
const WORD = /[A-Za-z_$@][A-Za-z0-9_$@]*$/;
const TABLE_PLACE = /\b(?:FROM|INTO|UPDATE)\s+$/i;
const INDEX_PLACE = /\b(?:FROM)\s+(?:"((?:[^"]|"")*)"|([A-Za-z_$@][A-Za-z0-9_$@]*))\s*\.\s*$/i;

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

export function completer(words, names) {
  const keywords = new Set(words.keywords);
  const written = (name, always) => (!always && PLAIN.test(name) && !keywords.has(name.toUpperCase()) ? name : quoted(name));
  const offer = (all, type, always) => all.map((name) => ({ label: name, apply: written(name, always), type, detail: type }));
  const keyword = words.keywords.map((label) => ({ label, type: "keyword" }));
  const call = words.functions.map((label) => ({ label, apply: `${label}(`, type: "function", detail: "function" }));

  return (context) => {
    const before = context.state.sliceDoc(0, context.pos);
    const place = enclosing(before);
    if (place.kind && place.kind !== '"') return null;
    const from = place.kind ? place.start : before.length - (WORD.exec(before)?.[0].length ?? 0);
    const ahead = before.slice(0, from);
    const quotes = place.kind === '"';
    const index = INDEX_PLACE.exec(ahead);
    const inTable = TABLE_PLACE.test(ahead);
    if (!context.explicit && from === context.pos && !index && !inTable) return null;
    let options;
    if (index) {
      const table = (index[1] ?? index[2]).replaceAll('""', '"');
      options = offer(names.indexes[table] ?? [], "index", true);
    } else if (inTable) {
      options = offer(names.tables, "table", quotes);
    } else {
      options = offer(names.attributes, "attribute", quotes);
      if (!quotes) options = [...options, ...keyword, ...call];
    }
    // A closing quote that the editor put there is taken along.
    const to = quotes && context.state.sliceDoc(context.pos, context.pos + 1) === '"' ? context.pos + 1 : context.pos;
    const label = (option) => (quotes ? { ...option, label: quoted(option.label), displayLabel: option.label } : option);
    return options.length ? { from, to, options: options.map(label), validFor: quotes ? /^"[^"]*$/ : /^[\w$@]*$/ } : null;
  };
}
