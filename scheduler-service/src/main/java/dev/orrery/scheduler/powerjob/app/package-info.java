/**
 * The apps that are open to PowerJob workers, and with a password to PowerJob clients. {@link
 * dev.orrery.scheduler.powerjob.app.OpenedAppService} opens and finds them. Who joins them and what
 * clients may call belongs to the packages {@code powerjob} and {@code powerjob.openapi}, which
 * this one does not know.
 */
package dev.orrery.scheduler.powerjob.app;
