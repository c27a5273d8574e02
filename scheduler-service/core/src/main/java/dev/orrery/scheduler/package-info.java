/**
 * The module {@code core}: what stores instances, gives them to workers and ends them, and nothing
 * that a scheduler could run without. It has the areas {@code base}, {@code http}, {@code model}
 * and {@code engine}, each of which knows those before it, the whole schema, and the helpers of all
 * tests.
 *
 * <p>Begin with {@link dev.orrery.scheduler.engine.submission.SubmissionService}, which stores an
 * instance, and follow that instance along the picture in docs/architecture.md.
 *
 * <p>It may use {@code protocol}, {@code trigger}, {@code service-common} and Quarkus. It knows no
 * feature: it asks the gateway through {@link dev.orrery.scheduler.engine.agreement.DialectModule},
 * and tells flows and notifications by hints. A class that two features need belongs here.
 */
package dev.orrery.scheduler;
