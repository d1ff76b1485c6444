// The PartiQL editor. Rust owns everything that it means: this file shows text and marks, offers
// words, and tells of what the operator does. It lives in a shadow root, where its styles are
// constructed sheets that the page's policy allows.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";

import { completer } from "./complete.js";
import { language } from "./language.js";
import { theme } from "./theme.js";

/** Puts an editor into `host`. `words` is JSON: keywords and functions. */
export function create(host, label, hint, text, words, changed, run) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const names = { tables: [], indexes: {}, attributes: [] };
  const known = JSON.parse(words);
  // Tab is bound to nothing, so it leaves the editor as it leaves any field.
  const runs = () => {
    run();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: runs }])),
        lineNumbers(),
        lintGutter(),
        history(),
        highlightSpecialChars(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [completer(known, names)], icons: false }),
        language(known),
        theme,
        placeholder(hint),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", spellcheck: "false" }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
      ],
    }),
  });
  return {
    setText(next) {
      const length = view.state.doc.length;
      if (view.state.doc.toString() !== next) {
        view.dispatch({ changes: { from: 0, to: length, insert: next } });
      }
    },
    from: () => view.state.selection.main.from,
    to: () => view.state.selection.main.to,
    /** JSON: tables, indexes by table, attributes. */
    setNames: (json) => Object.assign(names, JSON.parse(json)),
    /** JSON: a list of from, to and message. */
    setFaults(json) {
      const length = view.state.doc.length;
      const faults = JSON.parse(json).filter(({ from }) => from <= length);
      const marks = faults.map(({ from, to, message }) => ({ from, to: Math.min(to, length), message, severity: "error" }));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    select(from, to) {
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
