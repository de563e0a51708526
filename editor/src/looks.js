// How the editor looks: ink on paper like the page around it. A hue would name a byte's source, so code has none: words of the
// language are heavy, text stands on a ground of its own, comments are faint.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], fontWeight: 700 },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], fontWeight: 700 },
  { tag: tags.comment, color: 'var(--ink-3)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ink-2)', background: 'var(--sunk)', borderRadius: '2px' },
  { tag: tags.invalid, textDecoration: 'underline wavy var(--bad)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', background: 'var(--panel)', border: '1.5px solid var(--edge)', borderRadius: 'var(--radius)', fontSize: '0.9375rem' },
  '&.cm-focused': { outline: '3px solid var(--focus)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontVariantLigatures: 'none', lineHeight: '1.55' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 10px 0 6px' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-gutters': { color: 'var(--ink-3)', background: 'var(--sunk)', border: 0, borderRight: '1px solid var(--line)' },
  '.cm-activeLineGutter': { color: 'var(--ink)', background: 'none', fontWeight: 700 },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 6px', minWidth: '3.4ch' },
  '.cm-signs .cm-gutterElement': { padding: '0 0 0 4px' },
  '.cm-signs': { minWidth: '1.9em' },
  '.sign': { display: 'inline-block', minWidth: '1.5em', padding: '0 0.25em', borderRadius: '1em', textAlign: 'center', fontWeight: 650, fontSize: 'var(--t-tick)', lineHeight: '1.5', fontFamily: 'var(--sans)' },
  '.sign.bad': { background: 'var(--bad)', color: 'var(--on-bad)' },
  '.sign.note': { color: 'var(--ink)', boxShadow: 'inset 0 0 0 1.5px var(--ink)' },
  '.sign.stop': { background: 'var(--ink)', color: 'var(--on-ink)', borderRadius: '2px' },
  // In a marked line text has no ground of its own.
  ':is(.cm-at-bad, .cm-at-note, .cm-at-now) span': { background: 'none !important' },
  '.cm-at-bad': { background: 'var(--bad-tint)' },
  '.cm-at-note': { background: 'var(--sunk)' },
  '.cm-at-now': { background: 'var(--mark)' },
  '&.cm-focused .cm-matchingBracket, .cm-matchingBracket': { background: 'none', boxShadow: 'inset 0 -2px 0 var(--ink)' },
  '&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket': { background: 'none', boxShadow: 'inset 0 -2px 0 var(--bad)' },
});

export const looks = [theme, syntaxHighlighting(words)];
