/**
 * Escape sequences of terminals in log lines: colours become classes, everything else that steers a terminal is removed,
 * and control characters are shown as symbols.
 */

const ESC = '\x1b';
// CSI, OSC (to BEL or ST, links and titles), the other string sequences, character sets, two-character escapes.
const SEQUENCE =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)|\x1b[ -/]+[0-~]|\x1b[0-~]|\x1b/g;
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A style that no sequence has changed. */
export const PLAIN = Object.freeze({
  color: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
});

/** Returns the text as it is searched, copied and downloaded. */
export function plain(text) {
  return text.includes(ESC) ? text.replace(SEQUENCE, '') : text;
}

/** Shows control characters and marks of the writing direction as symbols, because they would rearrange the line. */
export function visible(text) {
  return text.replace(CONTROLS, char => {
    const code = char.charCodeAt(0);
    if (code < 0x20) {
      return String.fromCharCode(0x2400 + code);
    }
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/**
 * Splits a line into runs of one style.
 *
 * @returns {{text: string, classes: string}[]} never empty; `classes` is "" for plain text
 */
export function segments(line) {
  if (!line.includes(ESC)) {
    return [{ text: line, classes: '' }];
  }
  const runs = [];
  let style = PLAIN;
  let start = 0;
  for (const match of line.matchAll(SEQUENCE)) {
    push(runs, line.slice(start, match.index), style);
    start = match.index + match[0].length;
    if (match[2] === 'm') {
      style = changed(style, match[1]);
    }
  }
  push(runs, line.slice(start), style);
  return runs.length === 0 ? [{ text: '', classes: '' }] : runs;
}

function push(runs, text, style) {
  if (text === '') {
    return;
  }
  const classes = classesOf(style);
  const last = runs.at(-1);
  if (last?.classes === classes) {
    last.text += text;
  } else {
    runs.push({ text, classes });
  }
}

function classesOf(style) {
  return [
    style.color && `ansi-${style.color}`,
    style.background && `ansi-on-${style.background}`,
    style.bold && 'ansi-bold',
    style.dim && 'ansi-dim',
    style.italic && 'ansi-italic',
    style.underline && 'ansi-underline',
  ]
    .filter(Boolean)
    .join(' ');
}

function changed(before, parameters) {
  const codes = parameters.split(/[;:]/).map(code => Number(code || 0));
  let style = before;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index];
    if (code === 38 || code === 48) {
      const { color, used } = extended(codes.slice(index + 1));
      style = { ...style, [code === 38 ? 'color' : 'background']: color };
      index += used;
    } else {
      style = { ...style, ...simple(code) };
    }
  }
  return style;
}

function simple(code) {
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { bold: true };
    case 2:
      return { dim: true };
    case 3:
      return { italic: true };
    case 4:
      return { underline: true };
    case 22:
      return { bold: false, dim: false };
    case 23:
      return { italic: false };
    case 24:
      return { underline: false };
    case 39:
      return { color: null };
    case 49:
      return { background: null };
    default:
      return basic(code);
  }
}

function basic(code) {
  const name = NAMES[code % 10];
  switch (Math.floor(code / 10)) {
    case 3:
    case 9:
      return name ? { color: name } : {};
    case 4:
    case 10:
      return name ? { background: name } : {};
    default:
      return {};
  }
}

/** 256 colours and true colours become the nearest of the eight, which have enough contrast in both themes. */
function extended(codes) {
  if (codes[0] === 5) {
    return { color: ofPalette(codes[1] ?? 0), used: 2 };
  }
  if (codes[0] === 2) {
    return { color: nearest(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), used: 4 };
  }
  return { color: null, used: 0 };
}

function ofPalette(code) {
  if (code < 16) {
    return NAMES[code % 8];
  }
  if (code >= 232) {
    return code < 244 ? 'black' : 'white';
  }
  const cube = code - 16;
  return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

function nearest(red, green, blue) {
  const high = Math.max(red, green, blue);
  const low = Math.min(red, green, blue);
  if (high - low < 48) {
    return high < 96 ? 'black' : 'white';
  }
  const middle = (high + low) / 2;
  return NAMES[(red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0)];
}
