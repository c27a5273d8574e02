package dev.orrery.console;

import com.microsoft.playwright.Page;
import java.util.List;

/** Finds elements that overlap, are cut off, or wrap where they must not. */
final class LayoutCheck {
  /** Uses visible rectangles: clipped by every ancestor that scrolls or hides. */
  private static final String FIND =
      """
      () => {
        const TOLERANCE = 2;
        const NARROWEST = 120;
        const MAX_LINES = 3;
        const SHORT_VALUE = 32;
        const NO_SCROLL = 1280;
        const faults = [];
        const name = element =>
          `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> "${element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60)}"`;
        const clips = style => style.overflowX !== 'visible' || style.overflowY !== 'visible';
        const clippedAway = element => element !== null && (getComputedStyle(element).clipPath !== 'none' || clippedAway(element.parentElement));
        const hidden = element =>
          !element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) || element.closest('.skip') !== null || clippedAway(element);
        const seen = (rectangle, element) => {
          let { left, top, right, bottom } = rectangle;
          for (let frame = element; frame; frame = frame.parentElement) {
            const style = getComputedStyle(frame);
            if (frame !== document.documentElement && frame !== document.body && clips(style)) {
              const box = frame.getBoundingClientRect();
              left = Math.max(left, box.left);
              right = Math.min(right, box.right);
              top = Math.max(top, box.top);
              bottom = Math.min(bottom, box.bottom);
            }
          }
          return right - left > TOLERANCE && bottom - top > TOLERANCE ? { left, top, right, bottom } : null;
        };
        const overlap = (one, other) =>
          Math.min(one.right, other.right) - Math.max(one.left, other.left) > TOLERANCE &&
          Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > TOLERANCE;
        const pairs = (items, related, what) => {
          items.sort((one, other) => one.box.top - other.box.top);
          for (let first = 0; first < items.length; first++) {
            for (let second = first + 1; second < items.length && items[second].box.top < items[first].box.bottom; second++) {
              if (overlap(items[first].box, items[second].box) && !related(items[first].element, items[second].element)) {
                faults.push(`${what}: ${name(items[first].element)} and ${name(items[second].element)}`);
              }
            }
          }
        };

        const isCut = element => {
          const style = getComputedStyle(element);
          const lines = style.webkitLineClamp !== 'none' && element.scrollHeight > element.clientHeight + 1;
          return lines || (['hidden', 'clip'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1);
        };
        /** The element that cuts the words in this one: itself, or one around it with an ellipsis. */
        const cutter = element => {
          const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
          return around.find(one => (one === element || getComputedStyle(one).textOverflow === 'ellipsis') && isCut(one));
        };

        const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
          // Instants of a chart coincide.
          .filter(element => !hidden(element) && element.closest('svg') === null)
          .flatMap(element => [...element.getClientRects()].map(part => ({ element, box: seen(part, element) })))
          .filter(({ box }) => box !== null);
        pairs(controls, (one, other) => one.contains(other) || other.contains(one), 'controls overlap');

        const words = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode;
          const element = node.parentElement;
          if (node.data.trim() === '' || hidden(element) || element.closest('title, script, option, datalist, textarea') !== null) {
            continue;
          }
          const range = document.createRange();
          range.selectNodeContents(node);
          for (const rectangle of range.getClientRects()) {
            const box = seen(rectangle, element);
            if (box !== null) {
              words.push({ element, box });
            }
          }
          const frame = cutter(element);
          if (frame && element.closest('[title]') === null) {
            faults.push(`cut without a title: ${name(element)} by ${name(frame)}`);
          }
        }
        pairs(words, (one, other) => one === other, 'words overlap');

        for (const { element } of controls) {
          const field = element.matches('input[type=text], input[type=search]');
          if (field && element.value.length <= SHORT_VALUE && element.scrollWidth > element.clientWidth + 1) {
            faults.push(`short value is cut: ${element.id || element.name} "${element.value}"`);
          }
          const button = element.matches('button, .button, summary.button');
          if (button && !element.matches('.row-link') && element.scrollWidth > element.clientWidth + 1) {
            faults.push(`wider than its button: ${name(element)}`);
          }
          if (button && element.matches('.button, .fresh') && element.getBoundingClientRect().height > 36) {
            faults.push(`button of two lines: ${name(element)}`);
          }
        }
        const pen = document.createElement('canvas').getContext('2d');
        for (const field of document.querySelectorAll('input[placeholder]')) {
          const style = getComputedStyle(field);
          pen.font = style.font;
          const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
          if (!hidden(field) && pen.measureText(field.placeholder).width > room + 1) {
            faults.push(`placeholder is cut: "${field.placeholder}"`);
          }
        }
        for (const frame of document.querySelectorAll('.table-frame')) {
          if (innerWidth >= NO_SCROLL && frame.scrollWidth > frame.clientWidth + 1) {
            faults.push(`table scrolls sideways: ${frame.firstElementChild.getAttribute('aria-label')}`);
          }
        }
        for (const cell of document.querySelectorAll('.run-cell')) {
          const box = cell.getBoundingClientRect();
          for (const part of cell.querySelectorAll('svg, .run-count')) {
            const { left, right, top, bottom } = part.getBoundingClientRect();
            const margin = part.matches('.run-count') ? 2 : 0;
            const fits = left - box.left >= margin && box.right - right >= margin && top >= box.top && bottom <= box.bottom;
            if (!hidden(part) && !fits) {
              faults.push(`touches its cell: ${name(cell)}`);
            }
          }
        }
        for (const heading of document.querySelectorAll('h1, h2, h3')) {
          if (!hidden(heading) && heading.clientWidth < NARROWEST && heading.clientHeight > MAX_LINES * parseFloat(getComputedStyle(heading).lineHeight)) {
            faults.push(`heading of a column of letters: ${name(heading)}`);
          }
        }
        const page = document.scrollingElement;
        if (page.scrollWidth > page.clientWidth) {
          faults.push(`the page is ${page.scrollWidth - page.clientWidth} px wider than the window`);
        }
        return [...new Set(faults)];
      }
      """;

  private LayoutCheck() {}

  /** Returns each place of the page with an overlap, a cut or a bad wrap. */
  @SuppressWarnings("unchecked")
  static List<String> faults(Page page, String name) {
    return ((List<String>) page.evaluate(FIND)).stream().map(fault -> name + ": " + fault).toList();
  }
}
