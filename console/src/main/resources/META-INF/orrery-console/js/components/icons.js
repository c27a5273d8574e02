// Icons on a grid of 16, drawn with lines of the text's colour. They are decoration: words stand beside them.

import { html } from '../lit.js';

const PATHS = {
  waiting: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M8 4.5V8l2.5 1.5',
  running: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M6.5 5.25v5.5l4.5-2.75z',
  succeeded: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M5 8.25l2.1 2.1L11 6',
  failed: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5',
  timedOut: 'M4 1.75h8M4 14.25h8M4.75 1.75v2.5L8 8l3.25-3.75v-2.5M4.75 14.25v-2.5L8 8l3.25 3.75v2.5',
  canceled: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M3.75 12.25l8.5-8.5',
  skipped: 'M2.5 4v8l5-4zM8 4v8l5-4zM14 4v8',
  lost: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M6.2 6.2a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.6-.8 1.1M8 11.25v.1',
  back: 'M6 3L2.5 6.5L6 10M2.5 6.5h7a3.75 3.75 0 0 1 0 7H7',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.75 2.75v10.5L12.75 8z',
  warning: 'M8 2L14.5 13.5H1.5zM8 6.25v3.5M8 11.6v.1',
  info: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M8 7.25v4M8 4.8v.1',
  check: 'M3 8.5l3.25 3.25L13 5',
  off: 'M8 1.75v6M4.5 4a5.5 5.5 0 1 0 7 0',
  search: 'M7 2.25a4.75 4.75 0 1 0 0 9.5a4.75 4.75 0 1 0 0-9.5M10.5 10.5l3.25 3.25',
  close: 'M4 4l8 8M12 4l-8 8',
  previous: 'M9.75 4.5L6.25 8l3.5 3.5',
  next: 'M6.25 4.5L9.75 8l-3.5 3.5',
  chevron: 'M4.5 6.25L8 9.75l3.5-3.5',
  updown: 'M5 6l3-3 3 3M5 10l3 3 3-3',
  up: 'M8 13V3.5M4 7.25L8 3.25l4 4',
  down: 'M8 3v9.5M4 8.75l4 4 4-4',
  copy: 'M5.75 5.75h7.5v7.5h-7.5zM3.5 10.25h-.75v-7.5h7.5v.75',
  plus: 'M8 3v10M3 8h10',
  overview: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 10.5h4.5v3H2.5z',
  jobs: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3M5 9.5h2.5M5 11.5h4.5',
  runs: 'M2.5 4h7M2.5 8h11M2.5 12h5M11.75 2.5v3l2.25-1.5z',
  workers: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1',
  cluster: 'M8 2.5a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5M3.75 10a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5M12.25 10a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5M7.2 5.8L4.6 10.2M8.8 5.8l2.6 4.4M5.5 11.75h5',
  settings: 'M2.5 4.5h6M11.5 4.5h2M10 3v3M2.5 11.5h2M7.5 11.5h6M6 10v3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  signOut: 'M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3',
  external: 'M6 3.5H3v9.5h9.5V10M9 2.75h4.25V7M13 3L7.5 8.5',
  link: 'M6.75 9.25a2.75 2.75 0 0 0 4 .15l2-2a2.75 2.75 0 0 0-3.9-3.9l-1 1M9.25 6.75a2.75 2.75 0 0 0-4-.15l-2 2a2.75 2.75 0 0 0 3.9 3.9l1-1',
  download: 'M8 2.5v7.5M4.75 7L8 10.25 11.25 7M2.75 13.25h10.5',
  edit: 'M3 13l.75-3L11 2.75 13.25 5 6 12.25zM9.5 4.25l2.25 2.25',
  retry: 'M13 8a5 5 0 1 1-1.6-3.65M13.25 2v3h-3',
  trash: 'M2.75 4.25h10.5M6 4.25V2.5h4v1.75M4.25 4.25l.6 9.25h6.3l.6-9.25',
  wrap: 'M2.5 4h11M2.5 8h8.75a2.25 2.25 0 0 1 0 4.5H8M9.5 10.75L7.75 12.5l1.75 1.75M2.5 12.5h2.5',
  calendar: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3',
};

/** @param name a key of the table above */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${PATHS[name]}></path></svg>`;
}

/** The mark of Orrery: a sun, an orbit, a planet. */
export function mark() {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <circle class="mark-orbit" cx="16" cy="16" r="11"></circle>
    <circle class="mark-sun" cx="16" cy="16" r="4"></circle>
    <circle class="mark-planet" cx="23.8" cy="8.2" r="3.4"></circle>
  </svg>`;
}
