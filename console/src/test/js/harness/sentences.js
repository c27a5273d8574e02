// The sentences that the console shares with alarms and command line.

import { readFileSync } from 'node:fs';

export function sentences(language) {
  return JSON.parse(readFileSync(new URL(`../../../../../protocol/src/main/resources/dev/orrery/protocol/text/sentences-${language}.json`, import.meta.url), 'utf8'));
}
