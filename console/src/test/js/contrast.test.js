// The colours of the style sheet have the contrast that WCAG 2.2 AA needs, in both themes.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('../../main/resources/META-INF/orrery-console/css/console.css', import.meta.url), 'utf8');

function tokens(block) {
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

function blockAfter(selector) {
  const start = css.indexOf(selector);
  assert.ok(start >= 0, selector);
  return css.slice(start, css.indexOf('}', start));
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map(at => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const themes = {
  light: tokens(blockAfter(':root {')),
  dark: tokens(blockAfter(':root[data-theme="dark"] {')),
};

for (const [name, theme] of Object.entries(themes)) {
  test(`keeps text and states readable on all backgrounds: ${name}`, () => {
    const texts = ['text', 'muted', 'waiting', 'running', 'succeeded', 'failed', 'timed-out', 'canceled', 'skipped'];
    for (const text of texts) {
      for (const ground of ['bg', 'panel', 'raised', 'hover', 'chosen']) {
        const ratio = contrast(theme[text], theme[ground]);
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(theme['on-ink'], theme.ink) >= 4.5);
    for (const edge of ['line-strong', 'focus']) {
      assert.ok(contrast(theme[edge], theme.bg) >= 3, edge);
    }
    for (const state of ['succeeded', 'failed', 'timed-out']) {
      assert.ok(contrast(theme.mark, theme[state]) >= 3, `mark on ${state}`);
    }
  });
}

test('uses the same dark colours by system setting and by switch', () => {
  assert.deepEqual(tokens(blockAfter(':root:not([data-theme="light"]) {')), themes.dark);
});
