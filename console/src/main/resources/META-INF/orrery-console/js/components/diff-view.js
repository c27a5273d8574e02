// The difference of two texts, line by line.

import { html, nothing } from '../lit.js';
import { t } from '../i18n.js';
import { diffLines, hunks } from '../line-diff.js';
import { visible } from '../ansi.js';

const SIGNS = { same: ' ', added: '+', removed: '−' };

/** Shows what turns one text into the other; a line if they are equal. */
export function diffView({ before, after, label }) {
  const lines = diffLines(before, after);
  if (lines.every(line => line.kind === 'same')) {
    return html`<p class="muted">${t('diff.none')}</p>`;
  }
  return html`<div class="diff" role="region" tabindex="0" aria-label=${label}>
    <table>
      <tbody>
        ${hunks(lines).map(
          part =>
            html`${
              part.skipped > 0
                ? html`<tr class="diff-skipped">
                  <td colspan="4">${t('diff.skipped', { n: part.skipped })}</td>
                </tr>`
                : nothing
            }
            ${part.lines.map(
              line => html`<tr class="diff-${line.kind}">
                <td class="diff-number">${line.left ?? ''}</td>
                <td class="diff-number">${line.right ?? ''}</td>
                <td class="diff-sign">${SIGNS[line.kind]}${signWord(line.kind)}</td>
                <td class="diff-text">${visible(line.text)}</td>
              </tr>`,
            )}`,
        )}
      </tbody>
    </table>
  </div>`;
}

function signWord(kind) {
  return kind === 'same' ? nothing : html`<span class="visually-hidden">${t(`diff.${kind}`)}</span>`;
}
