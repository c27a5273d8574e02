// Rules of the content security policy and of escaping, checked on the sources.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';

const root = fileURLToPath(new URL('../../main/resources/META-INF/orrery-console', import.meta.url));

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const files = filesIn(root).map(file => ({ name: relative(root, file), text: readFileSync(file, 'utf8') }));
const scripts = files.filter(file => file.name.endsWith('.js') && !file.name.startsWith('lib'));

test('contains no inline styles or scripts in templates', () => {
  for (const { name, text } of [...scripts, files.find(file => file.name === 'index.html')]) {
    assert.doesNotMatch(text, /\sstyle=|<style|\son[a-z]+=["$]|javascript:/, name);
  }
});

test('inserts no text as HTML and evaluates no text as code', () => {
  for (const { name, text } of scripts) {
    assert.doesNotMatch(text, /unsafeHTML(?!`)|unsafeSVG|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
  }
});

test('imports only existing files by relative paths', () => {
  for (const { name, text } of scripts) {
    for (const [, target] of text.matchAll(/(?:^(?:import|export)[^;']*from |\bimport\(|^import )'([^']+)'/gm)) {
      assert.match(target, /^\.\.?\//, name);
      // The build adds these.
      if (!target.includes('lib/lit-html') && !target.includes('messages/sentences-')) {
        const path = join(root, name, '..', target);
        assert.ok(statSync(path, { throwIfNoEntry: false })?.isFile(), `${target} of ${name}`);
      }
    }
  }
});

test('preloads only existing files in index.html', () => {
  const { text } = files.find(file => file.name === 'index.html');
  const targets = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(found => found[1]).filter(target => target !== './');
  assert.ok(targets.length > 10);
  for (const target of targets.filter(one => !one.startsWith('lib/'))) {
    assert.ok(files.some(file => file.name === target), target);
  }
});

test('stores only preferences in browser storage', () => {
  const users = scripts.filter(file => /localStorage|sessionStorage|document\.cookie/.test(file.text)).map(file => file.name);
  assert.deepEqual(users.sort(), ['js/main.js', 'js/theme.js']);
});

test('makes menus in only one module', () => {
  const makers = scripts.filter(file => /class="menu[ "]|menu-box/.test(file.text)).map(file => file.name);
  assert.deepEqual(makers, ['js/components/ui.js']);
});

test('limits the charts module to 300 lines', () => {
  assert.ok(files.find(file => file.name === 'js/charts.js').text.split('\n').length < 300);
});

test('reads the browser clock in only one module', () => {
  // api.js measures spans, and makes a name.
  const readers = scripts.filter(file => /Date\.now|new Date\(\)/.test(file.text)).map(file => file.name);
  assert.deepEqual(readers.sort(), ['js/api.js', 'js/clock.js']);
});
