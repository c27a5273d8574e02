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
 */
package dev.orrery.scheduler.trigger;
