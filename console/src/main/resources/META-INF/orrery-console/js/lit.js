// The parts of lit-html that the console uses, from one place. `unsafeHTML` is not among them: all text is escaped.
export { html, svg, render, nothing } from '../lib/lit-html/lit-html.js';
export { repeat } from '../lib/lit-html/directives/repeat.js';
export { live } from '../lib/lit-html/directives/live.js';
