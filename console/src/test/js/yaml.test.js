import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YamlError, lineOf, parse, write } from '../../main/resources/META-INF/orrery-console/js/yaml.js';

const JOB = `# The nightly close.
name: close
trigger: {cron: "0 30 2 * * MON-FRI", zone: Europe/Berlin}   # local time
processor:
  type: shell
  script: |
    echo "a: b" # no comment
      indented

    end
parameters:
  region: eu
  day: '2027-03-28'
  note: it''s
requiredTags:
- gpu
- eu
retry: {maxAttempts: 3,
  backoff: PT10S}
timeout: PT1H
enabled: true
concurrency: ~
`;

test('reads a job document as the apply command does', () => {
  assert.deepEqual(parse(JOB).value, {
    name: 'close',
    trigger: { cron: '0 30 2 * * MON-FRI', zone: 'Europe/Berlin' },
    processor: { type: 'shell', script: 'echo "a: b" # no comment\n  indented\n\nend\n' },
    parameters: { region: 'eu', day: '2027-03-28', note: "it''s" },
    requiredTags: ['gpu', 'eu'],
    retry: { maxAttempts: 3, backoff: 'PT10S' },
    timeout: 'PT1H',
    enabled: true,
    concurrency: null,
  });
});

test('reads JSON, including tabs', () => {
  assert.deepEqual(parse('{\n\t"name": "a",\n\t"requiredTags": ["x", "y"]\n}').value, {
    name: 'a',
    requiredTags: ['x', 'y'],
  });
});

test('finds the line of each field, or of the nearest parent of a missing one', () => {
  const { lines } = parse(JOB);
  assert.equal(lineOf(lines, 'trigger.cron'), 3);
  assert.equal(lineOf(lines, 'processor.script'), 6);
  assert.equal(lineOf(lines, 'requiredTags[1]'), 17);
  assert.equal(lineOf(lines, 'retry.backoff'), 19);
  assert.equal(lineOf(lines, 'processor.command[2]'), 4);
  assert.equal(lineOf(lines, 'nothing'), 2);
  assert.equal(lineOf(lines, undefined), 2);
});

for (const [text, value] of [
  ['', null],
  ['# only a comment\n', null],
  ['a: b\r\nc: d\r\n', { a: 'b', c: 'd' }],
  ['a: one\n  two\n\n  three', { a: 'one two\nthree' }],
  ['a: >-\n  one\n  two\n\n  three\n', { a: 'one two\nthree' }],
  ['a: >\n  one\n    two\n  three\n', { a: 'one\n  two\nthree\n' }],
  ['a: |+\n  one\n\n', { a: 'one\n\n' }],
  ['a: |2-\n    one\n', { a: '  one' }],
  ['a: "one\n  two\\n\\u00e9\\\n  x"', { a: 'one two\n\u00e9x' }],
  ['- a: 1\n  b: 2\n-\n  - x\n- - y', [{ a: 1, b: 2 }, ['x'], ['y']]],
  ['url: https://host:80/a#b', { url: 'https://host:80/a#b' }],
  ['--- \na: 1\n...\n', { a: 1 }],
  ["'<<': 1\n\"*x\": 2\nc: {'&x': <<}", { '<<': 1, '*x': 2, c: { '&x': '<<' } }],
  ['a: 1.5\nb: -3\nc: 1000\nd: 1_000\ne: yes\nf: 0x1f', { a: 1.5, b: -3, c: 1000, d: '1_000', e: 'yes', f: '0x1f' }],
]) {
  test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parse(text).value, value));
}

test('reads __proto__ as an ordinary field', () => {
  const { value } = parse('__proto__: {polluted: true}\n');
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal({}.polluted, undefined);
  assert.equal(value.polluted, undefined);
});

for (const [text, line, message] of [
  ['a: 1\na: 2', 2, /'a' is already set/],
  ['a: 1\n\tb: 2', 2, /a tab/],
  ['a:\n  b: 1\n c: 2', 3, /indentation|indented/],
  ['a: 1\n   b: 2', 2, /a field begins inside of a value/],
  ['a: {b: 1\n', 1, /'}' is missing/],
  ['a: [1 2}\n', 1, /',' or '\]'/],
  ['a: "open\nb: 1', 1, /closing " is missing/],
  ['a: &x 1', 1, /anchor/],
  ['a: *x', 1, /alias/],
  ['a: !!str 1', 1, /tag/],
  ['a: {&x b: 1}', 1, /anchor/],
  ['a:\n  {*x : 1}', 2, /alias/],
  ['a: {!x b: 1}', 1, /tag/],
  ['a: 1\n<<: {b: 1}', 2, /merge/],
  ['a: {<<: {b: 1}}', 1, /merge/],
  ['a: @x', 1, /must not begin with @/],
  ['a: b: c', 1, /': ' begins a field/],
  ['a: 0123', 1, /two meanings/],
  ['a: b\nc: 1.10', 2, /1\.10 is the number 1\.1; put it in quotes/],
  ['a: [1e3]', 1, /write 1000$/],
  ['a: 12345678901234567890', 1, /write 12345678901234567000/],
  ['a: 1\n---\nb: 2', 2, /second document/],
  ['a: 1\nno field', 2, /./],
  ['a: "\\q"', 1, /\\q is not an escape/],
  ['a: | text\n', 1, /behind \|/],
  ['['.repeat(60), 1, /nested more than 50 deep/],
]) {
  test(`refuses ${JSON.stringify(text.slice(0, 30))} with its line`, () => {
    assert.throws(
      () => parse(text),
      error => {
        assert.ok(error instanceof YamlError, String(error));
        assert.equal(error.line, line);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('writes YAML as people write it', () => {
  assert.equal(
    write({
      name: 'close',
      trigger: { cron: '0 30 2 * * *' },
      processor: { type: 'shell', script: 'a\nb\n' },
      requiredTags: ['eu'],
      parameters: {},
    }),
    'name: close\ntrigger:\n  cron: "0 30 2 * * *"\nprocessor:\n  type: shell\n  script: |\n    a\n    b\nrequiredTags:\n  - eu\nparameters: {}\n',
  );
});

for (const text of [
  '',
  ' ',
  '30',
  '0x1f',
  'yes',
  'no',
  '~',
  'null',
  'true',
  'a: b',
  'a #b',
  '- x',
  '*',
  '&a',
  'a\nb',
  'a\n',
  '\n',
  'a\n\n\n',
  ' a\nb',
  'a \nb',
  '\t',
  '\u0000\u001b[31m',
  '\u202eabc',
  '😀',
  '\ud800',
  '=',
  '<<',
  '.5',
  '-',
  '---',
  '...',
  "'",
  '"',
  '\\',
  'a\u2028b',
  '\ufeff',
  '1:30',
]) {
  test(`reads back ${JSON.stringify(text)} written as value, key and item`, () => {
    const value = { [text]: text, list: [text, { [text]: [text] }] };
    assert.deepEqual(parse(write(value)).value, value);
  });
}

test('reads a large document quickly', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: "value ${index}"`).join('\n');
  const start = process.cpuUsage();
  assert.equal(Object.keys(parse(text).value).length, 20_000);
  assert.ok(process.cpuUsage(start).user < 2_000_000, 'a quadratic reader takes far longer');
});
