// What an edit does to the next fires of a job, for the dialog that asks before it is saved.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { serverNow } from '../clock.js';
import { t } from '../i18n.js';
import { COMPARED_FIRES, FIRES, compareFires } from '../fire-changes.js';
import { triggerKind } from '../job-document.js';
import { formatInZone, formatInstant } from '../time.js';
import { knownZone } from '../zone-times.js';
import { notAvailable, problemBox, skeleton } from './ui.js';

const SIGNS = { kept: '', open: '', gone: '−', new: '+' };

/**
 * The part of the dialog, as `confirm` takes it: it asks the scheduler when it is shown first.
 *
 * @param before the stored document
 * @param after the edited one
 * @param paused true if the job is paused
 */
export function fireChanges({ app, job, before, after, paused = false }) {
  let reading = null;
  let fires = null;
  return ({ update }) => {
    reading ??= read({ app, job, document: after }).then(answer => {
      fires = answer;
      update();
    });
    return html`<section class="fire-changes">
      <h3>${t('fires.title')}</h3>
      ${fires === null ? skeleton(FIRES) : found(fires, { before, after, paused })}
    </section>`;
  };
}

/** The next fires of the stored job and of the document, or the problem of either call. */
async function read({ app, job, document }) {
  try {
    const [stored, edited] = await Promise.all([
      api.listJobFireTimes({ app, job, count: COMPARED_FIRES }),
      api.putJob({ app, job, body: document, dryRun: true }),
    ]);
    return { before: stored.fireTimes, after: edited.fireTimes };
  } catch (problem) {
    return { problem };
  }
}

function found(fires, { before, after, paused }) {
  if (fires.problem) {
    return problemBox(fires.problem);
  }
  // A scheduler of an older release lists no fires in a dry run.
  if (fires.after === undefined) {
    return notAvailable();
  }
  const changes = compareFires(fires.before, fires.after, serverNow());
  const isSame = changes.same && isOn(before) === isOn(after) && zoneOf(before) === zoneOf(after);
  return html`${paused ? html`<p class="hint">${t('job.isPaused')}</p>` : nothing}
  ${
    isSame
      ? html`<p class="muted">${t('fires.same')}</p>`
      : html`<div class="fire-columns">
        ${column(t('fires.before'), changes.before, before)} ${column(t('fires.after'), changes.after, after)}
      </div>`
  }`;
}

function column(title, fires, document) {
  const zone = zoneOf(document);
  return html`<div>
    <h4>${title} <span class="muted">${zone}</span></h4>
    ${isOn(document) ? nothing : html`<p class="hint">${t('fires.disabled')}</p>`}
    ${
      fires.length === 0
        ? html`<p class="muted">${noFires(document)}</p>`
        : html`<ol class="next-fires numbers">
          ${fires.map(({ at, mark }) => fire(at, mark, zone))}
        </ol>`
    }
  </div>`;
}

function fire(at, mark, zone) {
  return html`<li class="fire-${mark}" title=${SIGNS[mark] === '' ? nothing : t(`fires.${mark}`)}>
    <span class="fire-sign">${SIGNS[mark]}${SIGNS[mark] === '' ? nothing : html`<span class="visually-hidden">${t(`fires.${mark}`)}</span>`}</span>
    <span>${formatInZone(at, zone).replace(/:00$/, '')}</span>
    <span class="muted">${formatInstant(at, serverNow(), 'relative')}</span>
  </li>`;
}

function noFires(document) {
  const kind = triggerKind(document);
  return kind === null ? t('schedule.noTrigger') : kind === 'delay' ? t('fires.delay') : t('schedule.noFires');
}

function isOn(document) {
  return document.enabled !== false;
}

function zoneOf(document) {
  return knownZone(document.trigger?.zone || 'UTC');
}
