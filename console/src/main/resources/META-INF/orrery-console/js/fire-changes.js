/** The next fires of a job before and after an edit, and those of a trigger within its bounds. */

/** The number of fires that are shown. */
export const FIRES = 5;

/** The number of fires that are compared: with one more, a fire that moved a little later or earlier has its counterpart. */
export const COMPARED_FIRES = FIRES + 1;

/**
 * Compares two lists of the next fires, of up to {@link COMPARED_FIRES}, and returns the first ones. A list with as many
 * is cut there: what a later fire of the other list means is then not known.
 *
 * @param {string[]} before instants in their order
 * @param {string[]} after
 * @param {number} now fires that have passed since the lists were read are left out
 * @returns {{same: boolean, before: {at: string, mark: string}[], after: {at: string, mark: string}[]}} `mark` is `kept`,
 *   `gone` (of a fire before), `new` (of one after), or `open`
 */
export function compareFires(before, after, now) {
  const marked = (list, other, mark) => {
    const instants = new Set(other.map(at => Date.parse(at)));
    const end = other.length < COMPARED_FIRES ? Infinity : Date.parse(other.at(-1));
    return list
      .filter(at => Date.parse(at) > now)
      .slice(0, FIRES)
      .map(at => ({ at, mark: instants.has(Date.parse(at)) ? 'kept' : Date.parse(at) > end ? 'open' : mark }));
  };
  const changes = { before: marked(before, after, 'gone'), after: marked(after, before, 'new') };
  const isChange = fire => fire.mark === 'gone' || fire.mark === 'new';
  return { same: ![...changes.before, ...changes.after].some(isChange), ...changes };
}

/** The instant that a preview starts behind, so that the first fire can be `from` itself; undefined for now. */
export function previewFrom(trigger, now) {
  const from = Date.parse(trigger?.from);
  return from > now ? new Date(from - 1).toISOString() : undefined;
}

/** The fires that are not behind the end of the trigger. */
export function untilEnd(fireTimes, trigger) {
  const until = Date.parse(trigger?.until);
  return Number.isNaN(until) ? fireTimes : fireTimes.filter(at => Date.parse(at) <= until);
}
