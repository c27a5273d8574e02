/**
 * When jobs fire: instants in, instants out. There is no clock here, so equal questions have equal
 * answers on every replica.
 *
 * <p>Fire times are nominal: {@link dev.orrery.scheduler.trigger.Jitter} delays the start of a run,
 * never the fire time that the next one is computed from.
 *
 * <p>The daylight-saving rule of cron triggers: a fixed-hour fire that falls into a gap runs once,
 * at the instant the gap ends; one that falls into a repeated hour runs once, at its first
 * occurrence; expressions whose hour field is a wildcard or a step follow elapsed time through both
 * (every matching wall time, both passes).
 *
 * <p>Cron expressions have the forms of Quartz, Unix and Spring. They differ in two places: the
 * numbers of the days of the week, and what two restricted day fields mean. {@link
 * dev.orrery.scheduler.trigger.CronDialect} says whose meaning holds; an expression that has two
 * and names no dialect is refused when it is written.
 */
package dev.orrery.scheduler.trigger;
