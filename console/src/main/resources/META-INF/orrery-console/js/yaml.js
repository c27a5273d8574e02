/**
 * YAML as job documents use it: block and flow mappings and lists, all forms of scalars, comments. The API takes JSON, so
 * the console reads YAML itself, as the command line does. Anchors, aliases, tags, merges and complex keys are
 * refused by name.
 */

/** A mistake of the text, with the line where it is. */
export class YamlError extends Error {
  /** @param {number} line from 1 */
  constructor(message, line) {
    super(message);
    this.name = 'YamlError';
    this.line = line;
  }
}

const MAX_DEPTH = 50;

/**
 * Reads one document.
 *
 * @returns {{value: any, lines: Map<string, number>}} the value, and the line of each field by its path, such as
 *   `trigger.cron` or `processor.command[0]`; the root has the path ""
 * @throws {YamlError} naming the line
 */
export function parse(text) {
  return new Reader(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')).document();
}

/** Returns the line of a field, or of the nearest field above it that the document has. */
export function lineOf(lines, path) {
  for (let rest = path ?? ''; rest !== '';) {
    const line = lines.get(rest);
    if (line !== undefined) {
      return line;
    }
    rest = rest.replace(/(^|\.)[^.[\]]*$|\[\d+\]$/, '');
  }
  return lines.get('') ?? 1;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
    this.lines = new Map();
    this.starts = [0];
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
      this.starts.push(end + 1);
    }
  }

  document() {
    this.skipBlank();
    if (this.isMarker('---')) {
      this.at += 3;
      this.skipBlank();
    }
    this.lines.set('', this.line());
    const value = this.block(-1, '');
    this.skipBlank();
    if (this.isMarker('...')) {
      this.at += 3;
      this.skipBlank();
    }
    if (this.isMarker('---')) {
      this.fail('a second document begins (---); write one job');
    }
    if (this.at < this.text.length) {
      this.fail('this line does not belong to what is above it; check its indentation');
    }
    return { value, lines: this.lines };
  }

  /** Reads the node behind blank lines if it is indented by more than `parent`, otherwise null. */
  block(parent, path) {
    this.skipBlank();
    const column = this.column();
    if (this.at >= this.text.length || column <= parent || this.isMarker('---') || this.isMarker('...')) {
      return null;
    }
    return this.nested(() => this.blockAt(column, parent, path));
  }

  blockAt(column, parent, path) {
    if (this.startsItem()) {
      return this.list(column, path);
    }
    return this.startsField() ? this.mapping(column, path) : this.inline(parent, path);
  }

  mapping(column, path) {
    const map = {};
    do {
      const line = this.line();
      const key = this.key();
      const place = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(map, key)) {
        this.fail(`'${key}' is already set above`, line);
      }
      this.lines.set(place, line);
      setField(map, key, this.fieldValue(column, place));
    } while (this.nextAt(column) && this.requireField());
    return map;
  }

  requireField() {
    if (!this.startsField()) {
      this.fail("expected a field such as 'name: value'");
    }
    return true;
  }

  fieldValue(column, path) {
    this.skipSpaces();
    if (!this.atLineEnd()) {
      return this.nested(() => this.inline(column, path));
    }
    this.skipBlank();
    if (this.column() === column && this.startsItem()) {
      return this.nested(() => this.list(column, path));
    }
    return this.block(column, path);
  }

  list(column, path) {
    const items = [];
    do {
      const place = `${path}[${items.length}]`;
      this.lines.set(place, this.line());
      this.at += 1;
      this.skipSpaces();
      items.push(this.block(column, place));
    } while (this.nextAt(column) && this.startsItem());
    return items;
  }

  /** Moves to the next line with content and tells if it begins at the column. */
  nextAt(column) {
    this.skipBlank();
    if (this.at >= this.text.length || this.isMarker('---') || this.isMarker('...')) {
      return false;
    }
    if (this.column() > column) {
      this.fail('this line is indented too far');
    }
    return this.column() === column;
  }

  /** Reads a value that begins here: flow, quoted, block scalar or plain. */
  inline(parent, path) {
    const start = this.text[this.at];
    this.refuseUnsupported(start);
    if (start === '|' || start === '>') {
      return this.blockScalar(parent);
    }
    if (start === '{' || start === '[') {
      const value = this.flow(path);
      this.requireLineEnd();
      return value;
    }
    if (start === '"' || start === "'") {
      const value = this.quoted();
      this.requireLineEnd();
      return value;
    }
    return this.plain(parent);
  }

  refuseUnsupported(start) {
    const next = this.text[this.at + 1] ?? '\n';
    const names = { '&': 'an anchor (&)', '*': 'an alias (*)', '!': 'a tag (!)' };
    if (start in names) {
      this.fail(`${names[start]} is not supported here; write the value itself, in quotes if it is text`);
    }
    if ('@`%,]}'.includes(start)) {
      this.fail(`a value must not begin with ${start}; put it in quotes`);
    }
    if (start === '-' && /\s/.test(next)) {
      this.fail("a list begins on a line of its own; put text that begins with '- ' in quotes");
    }
    if (start === '?' && /\s/.test(next)) {
      this.fail("a key after '?' is not supported; write 'name: value'");
    }
  }

  /** A scalar without quotes, which continues on lines that are indented by more than `parent`. */
  plain(parent) {
    const line = this.line();
    let text = this.plainLine();
    for (;;) {
      const before = this.at;
      const blank = this.skipBlank();
      const goesOn =
        blank.lines > 0 &&
        !blank.comment &&
        this.at < this.text.length &&
        this.column() > parent &&
        !this.isMarker('---');
      if (!goesOn) {
        this.at = before;
        return scalar(text, message => this.fail(message, line));
      }
      if (this.startsField()) {
        this.fail('a field begins inside of a value; check the indentation, or put the value in quotes');
      }
      text += foldedBreaks(blank.lines) + this.plainLine();
    }
  }

  plainLine() {
    const end = this.lineEnd();
    const content = this.text
      .slice(this.at, end)
      .replace(/(^|\s)#.*$/, '')
      .trimEnd();
    if (/:(\s|$)/.test(content)) {
      this.fail("': ' begins a field; put the value in quotes");
    }
    this.at += content.length;
    return content;
  }

  blockScalar(parent) {
    const header = /^([|>])(?:([+-])([1-9])?|([1-9])([+-])?)?[ ]*(?:[ ]#.*)?$/.exec(
      this.text.slice(this.at, this.lineEnd()),
    );
    if (header === null) {
      this.fail(`only + or - may stand behind ${this.text[this.at]}; the text begins on the next line`);
    }
    const chomp = header[2] ?? header[5] ?? '';
    const digit = header[3] ?? header[4];
    this.at = this.lineEnd() + 1;
    const lines = this.scalarLines(parent, digit ? parent + Number(digit) : null);
    return chomped(header[1] === '|' ? lines.join('\n') : folded(lines), lines, chomp);
  }

  scalarLines(parent, given) {
    const lines = [];
    let indent = given;
    for (; this.at < this.text.length; this.at = this.lineEnd() + 1) {
      const line = this.text.slice(this.at, this.lineEnd());
      const own = /^ */.exec(line)[0].length;
      if (own < line.length) {
        if (own <= parent || own < (indent ?? 0)) {
          break;
        }
        if (indent === null && lines.some(blank => blank.length > own)) {
          this.fail('a blank line above this one is indented further; remove its spaces');
        }
        indent ??= own;
      }
      lines.push(line);
    }
    this.at = Math.min(this.at, this.text.length);
    return lines.map(line => (indent === null ? '' : line.slice(indent)));
  }

  flow(path) {
    return this.nested(() => (this.text[this.at] === '{' ? this.flowMapping(path) : this.flowList(path)));
  }

  flowMapping(path) {
    const map = {};
    this.at += 1;
    for (this.skipFlow('}'); this.text[this.at] !== '}'; this.comma('}')) {
      const line = this.line();
      const key = this.flowKey();
      const place = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(map, key)) {
        this.fail(`'${key}' is already set above`, line);
      }
      this.lines.set(place, line);
      this.skipFlow('}');
      if (this.text[this.at] === ':') {
        this.at += 1;
        this.skipFlow('}');
        setField(map, key, ',}'.includes(this.text[this.at]) ? null : this.flowValue(place));
      } else {
        setField(map, key, null);
      }
    }
    this.at += 1;
    return map;
  }

  flowList(path) {
    const items = [];
    this.at += 1;
    for (this.skipFlow(']'); this.text[this.at] !== ']'; this.comma(']')) {
      const place = `${path}[${items.length}]`;
      this.lines.set(place, this.line());
      items.push(this.flowValue(place));
    }
    this.at += 1;
    return items;
  }

  comma(end) {
    this.skipFlow(end);
    if (this.text[this.at] === ',') {
      this.at += 1;
      this.skipFlow(end);
    } else if (this.text[this.at] !== end) {
      this.fail(`expected ',' or '${end}'`);
    }
  }

  flowKey() {
    const start = this.text[this.at];
    if (start === '"' || start === "'") {
      return this.quoted();
    }
    this.refuseUnsupported(start);
    return this.plainKey(this.flowPlain());
  }

  flowValue(path) {
    const start = this.text[this.at];
    this.refuseUnsupported(start);
    if (start === '{' || start === '[') {
      return this.flow(path);
    }
    if (start === '"' || start === "'") {
      return this.quoted();
    }
    const line = this.line();
    return scalar(this.flowPlain(), message => this.fail(message, line));
  }

  flowPlain() {
    const content = /^(?:[^\s,[\]{}:#]|:(?![\s,[\]{}]|$)|(?<!\s)#|\s+(?![\s#:,[\]{}]))*/
      .exec(this.text.slice(this.at))[0]
      .trimEnd();
    if (content === '') {
      this.fail('expected a value');
    }
    this.at += content.length;
    return content.replace(/\s*\n\s*/g, space => foldedBreaks(space.split('\n').length - 1));
  }

  /** Blank space inside of brackets, where tabs are harmless, as in JSON. */
  skipFlow(end) {
    const start = this.at;
    this.skipBlank('\t');
    if (this.at >= this.text.length) {
      this.at = start;
      this.fail(`'${end}' is missing`);
    }
  }

  quoted() {
    const quote = this.text[this.at];
    const line = this.line();
    let text = '';
    for (this.at += 1; ;) {
      const char = this.text[this.at];
      if (char === undefined) {
        this.fail(`the closing ${quote} is missing`, line);
      } else if (char === quote && quote === "'" && this.text[this.at + 1] === "'") {
        text += "'";
        this.at += 2;
      } else if (char === quote) {
        this.at += 1;
        return text;
      } else if (char === '\\' && quote === '"') {
        text += this.escape();
      } else if (char === '\n') {
        text = text.replace(/[ \t]+$/, '') + this.fold();
      } else {
        text += char;
        this.at += 1;
      }
    }
  }

  /** A line break inside of quotes is a space, and n blank lines are n line breaks. */
  fold() {
    const blank = /^(?:[ \t]*\n)+[ \t]*/.exec(this.text.slice(this.at))[0];
    this.at += blank.length;
    return foldedBreaks(blank.split('\n').length - 1);
  }

  escape() {
    const name = this.text[this.at + 1];
    const length = { x: 2, u: 4, U: 8 }[name];
    if (length !== undefined) {
      const digits = this.text.slice(this.at + 2, this.at + 2 + length);
      if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length || Number.parseInt(digits, 16) > 0x10ffff) {
        this.fail(`\\${name} needs ${length} hexadecimal digits`);
      }
      this.at += 2 + length;
      return name === 'U'
        ? String.fromCodePoint(Number.parseInt(digits, 16))
        : String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (name === '\n') {
      this.at += 2 + /^[ \t]*/.exec(this.text.slice(this.at + 2))[0].length;
      return '';
    }
    if (!Object.hasOwn(ESCAPES, name ?? '')) {
      this.fail(`\\${name ?? ''} is not an escape; write \\\\ for a backslash`);
    }
    this.at += 2;
    return ESCAPES[name];
  }

  key() {
    const start = this.text[this.at];
    let key;
    if (start === '"' || start === "'") {
      key = this.quoted();
      this.skipSpaces();
    } else {
      this.refuseUnsupported(start);
      key = PLAIN_KEY.exec(this.text.slice(this.at, this.lineEnd()))[1];
      this.at += key.length;
      key = this.plainKey(key.trimEnd());
    }
    this.at += 1;
    return key;
  }

  plainKey(key) {
    if (key === '<<') {
      this.fail('a merge (<<) is not supported here; write the fields themselves');
    }
    return key;
  }

  startsItem() {
    return this.text[this.at] === '-' && /\s/.test(this.text[this.at + 1] ?? '\n');
  }

  startsField() {
    const line = this.text.slice(this.at, this.lineEnd());
    return PLAIN_KEY.test(line) || QUOTED_KEY.test(line);
  }

  /** Skips spaces, comments and line breaks; tabs may not indent. */
  skipBlank(allowed = '') {
    let lines = 0;
    let comment = false;
    for (;;) {
      const char = this.text[this.at];
      if (char === '\n') {
        lines += 1;
        this.at += 1;
      } else if (char === ' ' || (char === '\t' && allowed === '\t')) {
        this.at += 1;
      } else if (char === '\t' && this.text.slice(this.at, this.lineEnd()).trim() !== '') {
        this.fail('a tab is not allowed here; indent with spaces');
      } else if (char === '\t') {
        this.at = this.lineEnd();
      } else if (char === '#' && (this.at === 0 || /\s/.test(this.text[this.at - 1]) || allowed !== '')) {
        comment = true;
        this.at = this.lineEnd();
      } else {
        return { lines, comment };
      }
    }
  }

  skipSpaces() {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') {
      this.at += 1;
    }
  }

  atLineEnd() {
    const char = this.text[this.at];
    return char === undefined || char === '\n' || (char === '#' && /\s/.test(this.text[this.at - 1] ?? ' '));
  }

  requireLineEnd() {
    this.skipSpaces();
    if (!this.atLineEnd()) {
      this.fail('nothing may stand behind this value');
    }
  }

  isMarker(marker) {
    return (
      this.column() === 0 &&
      new RegExp(`^${marker.replaceAll('.', '\\.')}(\\s|$)`).test(this.text.slice(this.at, this.at + 4))
    );
  }

  lineEnd() {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }

  column() {
    return this.at - this.starts[this.line() - 1];
  }

  /** The number of the line that is read, from 1. */
  line() {
    let low = 0;
    for (let high = this.starts.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= this.at) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + 1;
  }

  nested(read) {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      this.fail(`the document is nested more than ${MAX_DEPTH} deep`);
    }
    const value = read();
    this.depth -= 1;
    return value;
  }

  fail(message, line = this.line()) {
    throw new YamlError(message, line);
  }
}

const PLAIN_KEY = /^((?![-?:](?:\s|$)|["'#|>@`%{}[\],])[^\n]*?)\s*:(?=\s|$)/;
const QUOTED_KEY = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')\s*:(?=\s|$)/;
const ESCAPES = {
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/** `__proto__` is a field like any other. */
function setField(map, key, value) {
  Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
}

function scalar(text, fail) {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) {
    return null;
  }
  if (/^(?:true|True|TRUE)$/.test(text)) {
    return true;
  }
  if (/^(?:false|False|FALSE)$/.test(text)) {
    return false;
  }
  if (/^[-+]?0\d+$/.test(text)) {
    // YAML 1.1 reads it as an octal number, YAML 1.2 does not.
    return fail(`${text} has two meanings in YAML; put it in quotes, or write it without the leading 0`);
  }
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) && Number.isFinite(Number(text))) {
    const written = String(Number(text));
    // A result that a condition compares, or a parameter, is text: 1.10 would silently become 1.1.
    return written === text
      ? Number(text)
      : fail(`${text} is the number ${written}; put it in quotes, or write ${written}`);
  }
  return text;
}

function foldedBreaks(count) {
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

/** Text after `>`: a single line break is a space, except beside lines that are indented further. */
function folded(lines) {
  let text = '';
  let before = null;
  let breaks = 0;
  for (const line of trimmedEnd(lines)) {
    if (line !== '') {
      const kept = before === null || /^[ \t]/.test(line) || /^[ \t]/.test(before);
      text += kept ? '\n'.repeat(breaks) : foldedBreaks(breaks);
      text += line;
      before = line;
      breaks = 0;
    }
    breaks += 1;
  }
  return text;
}

function trimmedEnd(lines) {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') {
    end -= 1;
  }
  return lines.slice(0, end);
}

function chomped(text, lines, chomp) {
  const content = text.replace(/\n+$/, '');
  const blank = lines.length - trimmedEnd(lines).length;
  if (chomp === '-') {
    return content;
  }
  if (chomp === '+') {
    return content + '\n'.repeat(content === '' ? blank : blank + 1);
  }
  return content === '' ? '' : `${content}\n`;
}

/** Writes a JSON value as YAML that {@link parse} and `apply` read back as the same value. */
export function write(value) {
  if (isCollection(value)) {
    return blockLines(value, 0).join('\n') + '\n';
  }
  return `${scalarText(value, 0)}\n`;
}

function isCollection(value) {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}

function blockLines(value, depth) {
  const pad = '  '.repeat(depth);
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      if (!isCollection(item)) {
        return [`${pad}- ${scalarText(item, depth + 1)}`];
      }
      const [first, ...rest] = blockLines(item, depth + 1);
      return [`${pad}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.keys(value).flatMap(key => {
    const name = scalarText(key, 0, true);
    return isCollection(value[key])
      ? [`${pad}${name}:`, ...blockLines(value[key], depth + 1)]
      : [`${pad}${name}: ${scalarText(value[key], depth + 1)}`];
  });
}

function scalarText(value, depth, key = false) {
  if (typeof value !== 'string') {
    return JSON.stringify(value ?? null);
  }
  if (!key && value.includes('\n') && isBlockText(value)) {
    const chomp = value.endsWith('\n') ? (/\n\n$|^\n$/.test(value) ? '+' : '') : '-';
    const lines = (value.endsWith('\n') ? value.slice(0, -1) : value).split('\n');
    return `|${chomp}\n${lines.map(line => (line === '' ? '' : '  '.repeat(depth) + line)).join('\n')}`;
  }
  return isPlain(value) ? value : quotedText(value);
}

/** A text whose characters a block shows as they are, and whose first line shows its indentation. */
function isBlockText(text) {
  return (
    /^(?![ \t\n])[\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/.test(text) &&
    !/[ \t]$/m.test(text)
  );
}

function isPlain(text) {
  return (
    /^(?![-?:,[\]{}#&*!|>'"%@`\s=])[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+$/.test(text) &&
    !/: |:$| #|\s$|^---|^\.\.\./.test(text) &&
    // Words that some reader of YAML takes for a boolean, null, a number or a time.
    !/^(?:~|null|true|false|yes|no|on|off|y|n|<<|[-+]?\.(?:inf|nan))$/i.test(text) &&
    !/^[-+.]?\d/.test(text)
  );
}

function quotedText(text) {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
