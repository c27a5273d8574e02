/**
 * Cron expressions: parsing, matching and description. {@link dev.orrery.trigger.cron.CronParser}
 * parses an expression in one of the dialects of {@link dev.orrery.trigger.cron.CronDialect};
 * {@link dev.orrery.trigger.cron.CronExpression} finds the wall times that match. Time zones and
 * daylight saving belong to the searches of {@code dev.orrery.trigger}.
 */
package dev.orrery.trigger.cron;
