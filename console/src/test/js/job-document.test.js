import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  STANDARDS,
  documentOf,
  hasRules,
  merged,
  mistakesOf,
  parametersOf,
  read,
  textOf,
  newDocument,
  triggerKind,
  valueAt,
  withProcessor,
  withTrigger,
  withValue,
} from '../../main/resources/META-INF/orrery-console/js/job-document.js';

const JOB = {
  name: 'a',
  processor: { type: 'noop' },
  trigger: { cron: '0 0 * * * *', jitter: 'PT1M' },
  priority: 5,
  status: { version: 3 },
  change: 'none',
  differences: [],
  fireTimes: [],
  pause: { note: 'x' },
};

test('writes the fields that a PUT accepts, in their usual order', () => {
  assert.deepEqual(Object.keys(documentOf(JOB)), ['name', 'trigger', 'processor', 'priority']);
});

test('keeps fields of a newer release', () => {
  assert.equal(documentOf({ ...JOB, brandNew: 1 }).brandNew, 1);
});

test('reads back the text that it writes', () => {
  assert.deepEqual(read(textOf(documentOf(JOB))).document, documentOf(JOB));
});

test('refuses text that is not one job and names the line', () => {
  assert.equal(read('- a').mistakes[0].line, 1);
  assert.equal(read('').mistakes.length, 1);
  assert.equal(read('app: demo\njobs:\n  - name: a\n').mistakes[0].line, 2);
  assert.equal(read('a: 1\nb: "').mistakes[0].line, 2);
});

test('assigns errors of the API to their lines', () => {
  const { lines } = read('processor: {type: noop}\ntrigger:\n  cron: x\npriorty: 5\n');
  const problem = {
    field: 'trigger.cron',
    detail: 'bad cron',
    errors: [
      { field: 'trigger.cron', message: 'bad cron' },
      { field: 'priorty', message: 'unknown' },
      { message: 'all' },
    ],
  };
  assert.deepEqual(
    mistakesOf(problem, lines).map(mistake => mistake.line),
    [3, 4, 1],
  );
  assert.deepEqual(mistakesOf({ detail: 'x', field: 'trigger.zone' }, lines), [
    { field: 'trigger.zone', message: 'x', line: 2 },
  ]);
});

test('sets and removes fields without changing the original', () => {
  const document = { name: 'a', processor: { type: 'noop' } };
  const changed = withValue(document, 'retry.maxAttempts', 3);
  assert.deepEqual(changed, { name: 'a', processor: { type: 'noop' }, retry: { maxAttempts: 3 } });
  assert.deepEqual(document, { name: 'a', processor: { type: 'noop' } });
  assert.deepEqual(withValue(changed, 'retry.maxAttempts', undefined), document);
  assert.deepEqual(Object.keys(withValue(document, 'trigger', { at: 'x' })), ['name', 'trigger', 'processor']);
  assert.equal(valueAt(changed, 'retry.maxAttempts'), 3);
  assert.equal(valueAt(changed, 'retry.backoff.x'), undefined);
  assert.equal(valueAt({}, 'constructor'), undefined);
});

test('keeps bounds and jitter, and drops zone and dialect, when the kind of trigger changes', () => {
  const changed = withTrigger(
    { ...JOB, trigger: { cron: 'x', zone: 'UTC', dialect: 'unix', jitter: 'PT1M', until: 'u' } },
    'every',
    'PT5M',
  );
  assert.deepEqual(changed.trigger, { every: 'PT5M', until: 'u', jitter: 'PT1M' });
  assert.equal(triggerKind(changed), 'every');
  assert.equal(triggerKind(withTrigger(changed, null)), null);
  assert.deepEqual(withTrigger(changed, 'cron', 'x', { zone: 'Asia/Tokyo' }).trigger, { cron: 'x', zone: 'Asia/Tokyo', until: 'u', jitter: 'PT1M' });
});

test('creates a new job without a trigger, so that nothing fires until a user sets one', () => {
  assert.equal(triggerKind(newDocument()), null);
});

test('adds the required fields when the type of the processor changes', () => {
  assert.deepEqual(Object.keys(withProcessor(JOB, 'http').processor), ['type', 'method', 'url']);
});

test('turns parameter rows into a map and refuses invalid or repeated names', () => {
  assert.deepEqual(
    parametersOf([
      { name: 'a', value: '1' },
      { name: '', value: '' },
    ]),
    { map: { a: '1' } },
  );
  assert.equal(parametersOf([{ name: 'a b', value: '' }]).refused, 'name');
  assert.equal(parametersOf([{ name: '..', value: '' }]).refused, 'name');
  assert.equal(
    parametersOf([
      { name: 'a', value: '' },
      { name: 'a', value: '' },
    ]).refused,
    'twice',
  );
  assert.deepEqual(Object.keys(parametersOf([{ name: '__proto__', value: 'x' }]).map), ['__proto__']);
});

test('merges concurrent changes by field and prefers its own on conflict', () => {
  const base = {
    name: 'a',
    priority: 5,
    retry: { maxAttempts: 1, backoff: 'PT1S' },
    requiredTags: ['x'],
    timeout: 'PT1H',
  };
  const mine = { name: 'a', priority: 7, retry: { maxAttempts: 3, backoff: 'PT1S' }, requiredTags: ['x'] };
  const stored = {
    name: 'a',
    priority: 6,
    retry: { backoff: 'PT9S', maxAttempts: 1 },
    requiredTags: ['y'],
    timeout: 'PT1H',
    concurrency: 2,
  };
  assert.deepEqual(merged(base, mine, stored), {
    name: 'a',
    priority: 7,
    retry: { maxAttempts: 3, backoff: 'PT9S' },
    requiredTags: ['y'],
    concurrency: 2,
  });
});

test('returns the stored document when one side of a merge is unchanged', () => {
  const base = { name: 'a', retry: { maxAttempts: 1, backoff: 'PT1S' } };
  assert.deepEqual(merged(base, { retry: { backoff: 'PT1S', maxAttempts: 1 }, name: 'a' }, { name: 'a' }), {
    name: 'a',
  });
  assert.deepEqual(merged(base, { name: 'a', timeout: 'PT1S' }, base), { name: 'a', timeout: 'PT1S' });
});

test('ignores rules that the scheduler fills in', () => {
  assert.equal(hasRules({ ...JOB, ...STANDARDS, requiredTags: [], parameters: {} }), false);
  assert.equal(hasRules({ processor: { type: 'noop' } }), false);
  assert.equal(hasRules({ retry: {} }), false);
  const own = [{ overlap: 'allow' }, { retry: { maxAttempts: 3 } }, { timeout: 'PT1M' }, { enabled: false }, { requiredTags: ['gpu'] }, { priority: 0 }];
  for (const rule of own) {
    assert.equal(hasRules({ ...JOB, ...STANDARDS, ...rule }), true, JSON.stringify(rule));
  }
});

test('uses the default rules of the schema', () => {
  const { $defs } = JSON.parse(readFileSync(new URL('../../../../docs/job-file.schema.json', import.meta.url), 'utf8'));
  const defaultsOf = schema => Object.fromEntries(Object.entries(schema.properties).filter(([, field]) => 'default' in field).map(([name, field]) => [name, field.default]));
  assert.deepEqual({ ...defaultsOf($defs.JobInFile), retry: defaultsOf($defs.Retry) }, STANDARDS);
});
