// The time line of a run: a bar to scale, and its steps in words.

import { html, nothing, svg } from '../lit.js';
import { t } from '../i18n.js';
import { placed, stepsOf } from '../run-timeline.js';
import { exact, formatMillis } from '../time.js';
import { waitingWord } from '../waiting-words.js';
import { badge, stateWord, time } from './ui.js';

const WIDTH = 1000;
const HEIGHT = 18;

/**
 * @param line of {@link timeline}
 * @param {number} now the instant at which it was made
 */
export function timelineView({ line, instance, attempts, now }) {
  const places = placed(line.segments, WIDTH, 6);
  return html`<div class="run-timeline">
    ${
      line.segments.length === 0
        ? nothing
        : svg`<svg class="run-bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
          ${line.segments.map(
            (
              segment,
              index,
            ) => svg`<rect class="run-part ${kindClass(segment)}" x=${places[index].x} width=${Math.max(1, places[index].width - 2)}
              y="0" height=${HEIGHT}><title>${words(segment, instance)} ${formatMillis(segment.until - segment.from)}</title></rect>`,
          )}
        </svg>`
    }
    <ol class="run-steps">
      ${stepsOf(line).map(one => (one.at === undefined ? step(one, instance, now) : point(one, line, instance)))}
    </ol>
    ${facts(line, instance, attempts)}
  </div>`;
}

function kindClass(segment) {
  if (segment.kind === 'attempt') {
    return `state-${segment.attempt.state}`;
  }
  if (segment.kind === 'jitter' || segment.kind === 'planned') {
    return 'phase-jitter';
  }
  return segment.kind === 'caughtUp' || segment.reason === 'BACKOFF' ? 'phase-backoff' : 'phase-queued';
}

function words(segment, instance) {
  switch (segment.kind) {
    case 'attempt':
      return instance.parts ? t('parts.title') : instance.nodes ? t('nodes.title') : t('timeline.attempt', { n: segment.attempt.attempt });
    case 'jitter':
      return t('timeline.jitter');
    case 'caughtUp':
      return t('timeline.caughtUp');
    case 'planned':
      return t('timeline.planned');
    default:
      return segment.reason === 'BACKOFF' && !segment.open ? t('timeline.backoff') : waitWords(segment.reason);
  }
}

function waitWords(reason) {
  if (reason === null || reason === undefined) {
    return t('timeline.wait');
  }
  if (reason === 'LOST' || reason === 'HANDED_BACK') {
    return t(`timeline.after.${reason}`);
  }
  return t('timeline.waitsFor', { reason: waitingWord(reason) });
}

function step(segment, instance, now) {
  return html`<li class="run-step ${kindClass(segment)}">
    <span class="swatch"></span>
    <span class="run-step-words">${words(segment, instance)}${segment.kind === 'attempt' ? html` ${badge(segment.attempt.state)}` : nothing}</span>
    <span class="run-step-span numbers" title="${exact(segment.from)} – ${exact(segment.until)}">${span(segment, now)}</span>
    <span class="run-step-time">${time(new Date(segment.from).toISOString())}</span>
  </li>`;
}

/** Of what goes on: how much is left where its end is planned, otherwise how long it has lasted. */
function span(segment, now) {
  if (!segment.open) {
    return formatMillis(segment.until - segment.from);
  }
  return segment.until > now
    ? html`${formatMillis(segment.until - now)}<span class="muted"> ${t('timeline.left')}</span>`
    : html`${formatMillis(segment.until - segment.from)}<span class="muted"> ${t('timeline.goesOn')}</span>`;
}

function point(mark, line, instance) {
  const isEnd = mark.kind === 'end';
  return html`<li class="run-step ${isEnd ? `state-${instance.state}` : ''}">
    <span class="swatch point"></span>
    <span class="run-step-words">${t(`timeline.${mark.kind}`)}${isEnd ? html` ${stateWord(instance.state)}` : nothing}</span>
    <span class="run-step-span numbers">${isEnd ? t('timeline.total', { time: formatMillis(mark.at - line.start) }) : ''}</span>
    <span class="run-step-time">${time(new Date(mark.at).toISOString())}</span>
  </li>`;
}

/** Jitter and lateness by name, because they are what a reader takes for a fault of the scheduler. */
function facts(line, instance, attempts) {
  const last = attempts.at(-1);
  const reported =
    last?.runMillis !== undefined && last.endedAt
      ? Date.parse(last.endedAt) - Date.parse(last.startedAt) - last.runMillis
      : null;
  return html`<dl class="figures small-figures">
    ${line.jitter !== null ? figure(t('timeline.fact.jitter'), formatMillis(line.jitter)) : nothing}
    ${line.lateness === null ? nothing : figure(t('timeline.fact.lateness'), formatMillis(line.lateness))}
    ${instance.runMillis === null || instance.runMillis === undefined ? nothing : figure(t('timeline.fact.run'), formatMillis(instance.runMillis))}
    ${reported === null || reported < 0 ? nothing : figure(t('timeline.fact.report'), formatMillis(reported))}
  </dl>`;
}

function figure(label, value) {
  return html`<div class="figure"><dt>${label}</dt><dd>${value}</dd></div>`;
}
