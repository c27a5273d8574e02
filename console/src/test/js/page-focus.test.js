import test from 'node:test';
import assert from 'node:assert/strict';
import { PageFocus } from '../../main/resources/META-INF/orrery-console/js/page-focus.js';

/** A document with the element `content`; `show(name)` renders another heading, and `name` null none. */
function documentOf() {
  const body = { name: 'body' };
  const element = name => ({
    name,
    isConnected: true,
    focus() {
      page.activeElement = this;
    },
  });
  let heading = null;
  const content = element('content');
  const page = {
    body,
    activeElement: body,
    querySelector: () => heading,
    getElementById: () => content,
    show(name) {
      if (heading !== null) {
        heading.isConnected = false;
        page.activeElement = page.activeElement === heading ? body : page.activeElement;
      }
      heading = name === null ? null : element(name);
    },
    element,
  };
  return page;
}

test('keeps the focus on the content until the page has its heading', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  focus.take();
  assert.equal(page.activeElement.name, 'content');
  focus.follow();
  assert.equal(page.activeElement.name, 'content');
  page.show('nightly');
  focus.follow();
  assert.equal(page.activeElement.name, 'nightly');
});

test('moves the focus to the heading that replaces the focused one', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  page.show('Loading');
  focus.take();
  page.show('nightly');
  assert.equal(page.activeElement, page.body);
  focus.follow();
  assert.equal(page.activeElement.name, 'nightly');
});

test('leaves the focus where the user moved it when the heading changes', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  focus.take();
  const field = page.element('field');
  field.focus();
  page.show('nightly');
  focus.follow();
  assert.equal(page.activeElement, field);
  field.isConnected = false;
  page.activeElement = page.body;
  focus.follow();
  assert.equal(page.activeElement, page.body);
});

test('moves the focus to the first field of a form instead of the heading', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  focus.take();
  page.show('New job');
  const field = { ...page.element('name'), selected: false, select: () => (field.selected = true) };
  const headings = page.querySelector;
  page.querySelector = selector => (selector === 'main [autofocus]' ? field : headings(selector));
  focus.follow();
  assert.equal(page.activeElement, field);
  assert.ok(field.selected);
});

test('takes no focus when a page opens without navigation', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  page.show('nightly');
  focus.follow();
  assert.equal(page.activeElement, page.body);
});
