/**
 * The start of the service, which checks settings and secrets before Quarkus reads them. {@link
 * dev.orrery.scheduler.edge.startup.Main} turns a failed start into one message and an exit code,
 * and {@link dev.orrery.scheduler.edge.startup.StartupConfigSourceFactory} checks raw settings
 * before any extension reads them.
 *
 * <p>A check of one feature's settings is in the package of that feature, in a class whose name
 * ends in {@code ConfigCheck}.
 */
package dev.orrery.scheduler.edge.startup;
