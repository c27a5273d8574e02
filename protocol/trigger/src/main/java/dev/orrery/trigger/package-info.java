/**
 * Computes when jobs fire. {@link dev.orrery.trigger.Trigger} takes instants and returns instants
 * and never reads a clock, so every replica computes the same fire times.
 *
 * <p>Fire times are nominal: {@link dev.orrery.trigger.Jitter} delays the start of an instance,
 * never the fire time from which the next one is computed.
 *
 * <p>Daylight saving for cron triggers: a fixed-hour fire time that falls into a gap fires once, at
 * the end of the gap. A fixed-hour fire time that falls into a repeated hour fires once, at its
 * first occurrence. An expression whose hour field matches every hour or has a step follows elapsed
 * time through both: every matching wall time fires, in both passes of a repeated hour. {@link
 * dev.orrery.trigger.DailyWindow} starts and ends like fixed-hour fire times, and follows elapsed
 * time in between.
 *
 * <p>Cron expressions may be written in the forms of Quartz, Unix and Spring. These differ in the
 * numbers of the days of the week and in the meaning of two restricted day fields. {@link
 * dev.orrery.trigger.cron.CronDialect} selects the meaning; an expression that has two meanings and
 * names no dialect is rejected when it is written.
 */
package dev.orrery.trigger;
