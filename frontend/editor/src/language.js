// Colours: keywords, functions, names in quotes, texts, numbers, comments. What is right and wrong,
// the Rust parser says.

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

import { closed } from "./scan.js";

const style = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.function(tags.name), color: "var(--type-document)" },
  { tag: tags.string, color: "var(--type-string)" },
  { tag: tags.number, color: "var(--type-number)" },
  { tag: tags.atom, color: "var(--type-bool)" },
  { tag: tags.propertyName, color: "var(--type-binary)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: tags.operator, color: "var(--muted)" },
]);

const ATOMS = new Set(["TRUE", "FALSE", "NULL", "MISSING"]);

/** What a state is within: a quote, a comment, or nothing. Both may go over lines. */
function token(keywords, functions) {
  return (stream, state) => {
    if (state.within) return rest(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match("--")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) state.within = "*/";
    else if (stream.match(/^['"`]/, false)) state.within = stream.next();
    if (state.within) return rest(stream, state);
    if (stream.match(/^\d+(\.\d*)?([eE][+-]?\d+)?/)) return "number";
    const word = stream.match(/^[A-Za-z_$@][\w$@]*/)?.[0].toUpperCase();
    if (word) {
      if (ATOMS.has(word)) return "atom";
      if (functions.has(word) && stream.match(/^\s*\(/, false)) return "call";
      return keywords.has(word) ? "keyword" : null;
    }
    stream.next();
    return "operator";
  };
}

function rest(stream, state) {
  const { within } = state;
  const kind = { "*/": "comment", '"': "propertyName", "'": "string", "`": "string" }[within];
  const end = within === "*/" ? stream.string.indexOf(within, stream.pos) : closed(stream.string, stream.pos, within);
  if (end < 0) {
    stream.skipToEnd();
    return kind;
  }
  stream.pos = within === "*/" ? end + 2 : end;
  state.within = "";
  return kind;
}

export function language(words) {
  const upper = (all) => new Set(all.map((word) => word.toUpperCase()));
  const partiql = StreamLanguage.define({
    name: "partiql",
    startState: () => ({ within: "" }),
    copyState: (state) => ({ ...state }),
    token: token(upper(words.keywords), upper(words.functions)),
    tokenTable: { call: tags.function(tags.name) },
    languageData: { commentTokens: { line: "--" }, closeBrackets: { brackets: ["(", "[", "{", "'", '"'] } },
  });
  return [partiql, syntaxHighlighting(style)];
}
