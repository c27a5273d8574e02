// How many parts or nodes are in which state: a bar, and its numbers as a legend.

import { html, svg } from '../lit.js';
import { number } from '../i18n.js';
import { placed } from '../run-timeline.js';

const WIDTH = 1000;
const HEIGHT = 18;

/**
 * @param shares `{key, state, count}`; what has not begun has no state
 * @param wordOf the word of a key
 * @param total the sum with its word, such as "Of 500"
 */
export function shareBar({ shares, wordOf, total }) {
  const shown = shares.filter(share => share.count > 0);
  const places = placed(shown.map(share => ({ from: 0, until: share.count })), WIDTH, 6);
  return html`<figure class="chart share-chart">
    ${svg`<svg class="run-bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${shown.map(
        (share, index) => svg`<rect class=${kindOf(share)} x=${places[index].x} width=${Math.max(1, places[index].width - 2)} y="0"
          height=${HEIGHT}><title>${wordOf(share.key)} ${number(share.count)}</title></rect>`,
      )}
    </svg>`}
    <figcaption class="chart-legend">
      ${shares.map(
        share => html`<span class="legend ${share.state ? `state-${share.state}` : ''}"
          ><span class="swatch ${share.state ? '' : 'not-made'}"></span>${wordOf(share.key)}
          <b>${number(share.count)}</b></span
        >`,
      )}
      <span class="legend">${total.word} <b>${number(total.count)}</b></span>
    </figcaption>
  </figure>`;
}

function kindOf(share) {
  return share.state ? `bar state-${share.state}` : 'bar not-made';
}
