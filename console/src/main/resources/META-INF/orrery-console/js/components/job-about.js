// What a job is for: its description as plain text, its labels, and its links.

import { html, nothing } from '../lit.js';
import { visible } from '../ansi.js';
import { isWebAddress, labelsOf } from '../job-label.js';

/** @param labelHref the page that a label leads to */
export function jobAbout(job, labelHref) {
  const { description } = job ?? {};
  const labels = labelsOf(job?.labels);
  const links = (job?.links ?? []).filter(link => isWebAddress(link.url));
  return description === undefined && labels.length === 0 && links.length === 0
    ? nothing
    : html`<div class="job-about">
        ${description === undefined ? nothing : html`<p class="job-description">${visible(description)}</p>`}
        ${labels.length === 0 ? nothing : html`<span class="pills">${labels.map(label => html`<a class="pill" href=${labelHref(label)}>${visible(label)}</a>`)}</span>`}
        ${links.length === 0
          ? nothing
          : html`<span class="buttons">${links.map(link => html`<a class="button" href=${link.url} title=${link.url} target="_blank" rel="noopener noreferrer">${visible(link.title)}</a>`)}</span>`}
      </div>`;
}
