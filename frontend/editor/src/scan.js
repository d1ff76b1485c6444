// Where a place in a statement is: in a text, in a quoted name, in a comment, or in none of them.

/** Gives what encloses the end of `text` (`'`, `"`, "`", `--`, `/*` or nothing) and where that begins. */
export function enclosing(text) {
  let at = 0;
  while (at < text.length) {
    const start = at;
    const c = text[at];
    const two = text.slice(at, at + 2);
    if (c === "'" || c === '"' || c === "`") {
      at = closed(text, at + 1, c);
      if (at < 0) return { kind: c, start };
    } else if (two === "--") {
      at = text.indexOf("\n", at);
      if (at < 0) return { kind: two, start };
    } else if (two === "/*") {
      at = text.indexOf("*/", at + 2);
      if (at < 0) return { kind: two, start };
      at += 2;
    } else {
      at += 1;
    }
  }
  return { kind: "", start: text.length };
}

/** Past the closing quote; a doubled one is part of what is quoted. Below zero where none follows. */
export function closed(text, at, quote) {
  for (;;) {
    const end = text.indexOf(quote, at);
    if (end < 0) return -1;
    if (text[end + 1] !== quote) return end + 1;
    at = end + 2;
  }
}
