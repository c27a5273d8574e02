/**
 * The apps that are open to PowerJob workers and, if they have a password, to PowerJob clients.
 * {@link dev.orrery.scheduler.powerjob.app.OpenedAppService} opens and finds them. Who joins them
 * and what clients may call belongs to the packages {@code powerjob} and {@code powerjob.openapi},
 * on which this package does not depend.
 */
package dev.orrery.scheduler.powerjob.app;
