// No message is missing in a language, and no page asks for one that does not exist.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import ownEn from '../../main/resources/META-INF/orrery-console/js/messages/en.js';
import ownZh from '../../main/resources/META-INF/orrery-console/js/messages/zh-CN.js';
import { parts, preferredLanguage, t, useMessages } from '../../main/resources/META-INF/orrery-console/js/i18n.js';
import { sentences } from './harness/sentences.js';

/** Of the shared sentences, those of runs; the others are of alarms. */
const ofRuns = language => Object.fromEntries(Object.entries(sentences(language)).filter(([key]) => /^(waiting|endReason)\./.test(key)));
const en = { ...ofRuns('en'), ...ownEn };
const zh = { ...ofRuns('zh'), ...ownZh };

const sources = fileURLToPath(new URL('../../main/resources/META-INF/orrery-console/js', import.meta.url));

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const namesIn = message =>
  [...new Set([...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map(found => found[1]))].sort();

test('has the same keys in both languages', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
});

test('defines each key once', () => {
  for (const language of ['en', 'zh-CN']) {
    const texts = [language, `${language}-runs`].map(name => readFileSync(join(sources, 'messages', `${name}.js`), 'utf8'));
    const keys = [...texts.join('\n').matchAll(/^ {2}'([^']+)':/gm)].map(found => found[1]);
    assert.deepEqual(keys.sort(), Object.keys(language === 'en' ? ownEn : ownZh).sort());
  }
});

test('uses the same values in each message of both languages', () => {
  for (const key of Object.keys(en)) {
    assert.deepEqual(namesIn(zh[key]), namesIn(en[key]), key);
  }
});

test('has no empty message', () => {
  for (const [key, message] of [...Object.entries(en), ...Object.entries(zh)]) {
    const texts = typeof message === 'object' ? Object.values(message) : [message];
    assert.ok(texts.length > 0 && texts.every(text => text.trim() !== ''), key);
  }
});

test('calls an instance of the API a run in every English text', () => {
  for (const [key, message] of Object.entries(en)) {
    assert.doesNotMatch(JSON.stringify(message), /instance/i, key);
  }
});

test('defines each key used in the sources', () => {
  let checked = 0;
  for (const file of filesIn(sources)) {
    const text = readFileSync(file, 'utf8');
    for (const [, key] of text.matchAll(/\b(?:t|parts)\(\s*'([^']+)'/g)) {
      assert.ok(key in en, `${key} of ${file}`);
      checked++;
    }
    // A computed key, such as `state.${state}`, must have at least one message with its beginning.
    for (const [, start] of text.matchAll(/\b(?:t|parts)\(\s*`([\w.]+)\$\{/g)) {
      assert.ok(Object.keys(en).some(key => key.startsWith(start)), `${start}… of ${file}`);
      checked++;
    }
  }
  assert.ok(checked > 50, `only ${checked} keys found`);
});

test('uses each defined key', () => {
  const text = filesIn(sources)
    .filter(file => !file.includes('messages'))
    .map(file => readFileSync(file, 'utf8'))
    .join('\n');
  const starts = [...text.matchAll(/`([\w.]+\.)\$\{/g)].map(found => found[1]);
  const unused = Object.keys(en).filter(key => !text.includes(`'${key}'`) && !starts.some(start => key.startsWith(start)));
  assert.deepEqual(unused, []);
});

test('fills in values and plurals', () => {
  useMessages('en', { rows: { one: '{n} row', other: '{n} rows' }, hello: 'Hello {name}!' });
  assert.equal(t('rows', { n: 1 }), '1 row');
  assert.equal(t('rows', { n: 12000 }), '12,000 rows');
  assert.deepEqual(parts('hello', { name: ['a'] }), ['Hello ', ['a'], '!']);
  assert.equal(t('gap'), 'gap');
});

test('selects the chosen language, or the first supported one of the browser', () => {
  assert.equal(preferredLanguage('zh-CN', ['en']), 'zh-CN');
  assert.equal(preferredLanguage('xx', ['de-DE', 'zh-TW', 'en']), 'zh-CN');
  assert.equal(preferredLanguage(null, ['fr']), 'en');
});
