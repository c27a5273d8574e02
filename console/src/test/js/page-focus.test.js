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

test('the focus waits on the content until the page has its heading', () => {
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

test('the focus goes on to the heading that replaces the one that has it', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  page.show('Loading');
  focus.take();
  page.show('nightly');
  assert.equal(page.activeElement, page.body);
  focus.follow();
  assert.equal(page.activeElement.name, 'nightly');
});

test('a focus that the reader moved stays, also if the heading changes later', () => {
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

test('a page that opened without a move takes no focus', () => {
  const page = documentOf();
  const focus = new PageFocus(page);
  page.show('nightly');
  focus.follow();
  assert.equal(page.activeElement, page.body);
});
