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

test('the document of a job is what a PUT takes, in its usual order', () => {
  assert.deepEqual(Object.keys(documentOf(JOB)), ['name', 'trigger', 'processor', 'priority']);
});

test('a field of a newer release is kept', () => {
  assert.equal(documentOf({ ...JOB, brandNew: 1 }).brandNew, 1);
});

test('the text of a document is read back as it was', () => {
  assert.deepEqual(read(textOf(documentOf(JOB))).document, documentOf(JOB));
});

test('what is not one job is refused with its line', () => {
  assert.equal(read('- a').mistakes[0].line, 1);
  assert.equal(read('').mistakes.length, 1);
  assert.equal(read('app: demo\njobs:\n  - name: a\n').mistakes[0].line, 2);
  assert.equal(read('a: 1\nb: "').mistakes[0].line, 2);
});

test('the mistakes of the API get their lines', () => {
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

test('fields are set and removed without a change of the original', () => {
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

test('another kind of trigger keeps its bounds and jitter, and drops zone and dialect', () => {
  const changed = withTrigger(
    { ...JOB, trigger: { cron: 'x', zone: 'UTC', dialect: 'unix', jitter: 'PT1M', until: 'u' } },
    'every',
    'PT5M',
  );
  assert.deepEqual(changed.trigger, { every: 'PT5M', until: 'u', jitter: 'PT1M' });
  assert.equal(triggerKind(changed), 'every');
  assert.equal(triggerKind(withTrigger(changed, null)), null);
});

test('another type of processor brings the fields that it needs', () => {
  assert.deepEqual(Object.keys(withProcessor(JOB, 'http').processor), ['type', 'method', 'url']);
});

test('rows of parameters become a map; a bad or repeated name is refused', () => {
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

test('changes of two readers are merged by field; where both changed one, mine wins', () => {
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

test('a merge without changes of mine is what is stored, and the other way round', () => {
  const base = { name: 'a', retry: { maxAttempts: 1, backoff: 'PT1S' } };
  assert.deepEqual(merged(base, { retry: { backoff: 'PT1S', maxAttempts: 1 }, name: 'a' }, { name: 'a' }), {
    name: 'a',
  });
  assert.deepEqual(merged(base, { name: 'a', timeout: 'PT1S' }, base), { name: 'a', timeout: 'PT1S' });
});

test('rules that the scheduler fills in are no rules of the document', () => {
  assert.equal(hasRules({ ...JOB, ...STANDARDS, requiredTags: [], parameters: {} }), false);
  assert.equal(hasRules({ processor: { type: 'noop' } }), false);
  assert.equal(hasRules({ retry: {} }), false);
  const own = [{ overlap: 'allow' }, { retry: { maxAttempts: 3 } }, { timeout: 'PT1M' }, { enabled: false }, { requiredTags: ['gpu'] }, { priority: 0 }];
  for (const rule of own) {
    assert.equal(hasRules({ ...JOB, ...STANDARDS, ...rule }), true, JSON.stringify(rule));
  }
});

test('the standard rules are those of the schema', () => {
  const { $defs } = JSON.parse(readFileSync(new URL('../../../../docs/job-file.schema.json', import.meta.url), 'utf8'));
  const defaultsOf = schema => Object.fromEntries(Object.entries(schema.properties).filter(([, field]) => 'default' in field).map(([name, field]) => [name, field.default]));
  assert.deepEqual({ ...defaultsOf($defs.JobInFile), retry: defaultsOf($defs.Retry) }, STANDARDS);
});
