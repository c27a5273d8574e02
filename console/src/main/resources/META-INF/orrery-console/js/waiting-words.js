// Why an instance waits, in words.

import { visible } from './ansi.js';
import { has, t } from './i18n.js';

/** A reason of a newer release is shown by its name. */
export function waitingWord(waitingFor) {
  return has(`waiting.${waitingFor}`) ? t(`waiting.${waitingFor}`) : waitingFor;
}

/** The reason; it names the processor or tags that no connected worker has. */
export function waitingText({ waitingFor, missing }) {
  if (!missing) {
    return waitingWord(waitingFor);
  }
  return visible(
    missing.processor
      ? t('waiting.missingProcessor', { processor: missing.processor })
      : t('waiting.missingTags', { n: missing.tags.length, tags: missing.tags.join(t('waiting.comma')) }),
  );
}

/** The command that lets the instance go on; null if there is none that always does. */
export function waitingCommand({ waitingFor, app, job }) {
  return { NO_WORKER: `orrery up --app ${app}`, PAUSED: `orrery resume ${job} -a ${app}`, APP_PAUSED: `orrery resume -a ${app}` }[waitingFor] ?? null;
}
