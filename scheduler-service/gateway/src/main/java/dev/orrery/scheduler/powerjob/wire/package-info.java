/**
 * The numbers by which PowerJob workers know the attempts that they run. {@link
 * dev.orrery.scheduler.powerjob.wire.WireIdService} computes them; the messages with these numbers
 * belong to {@code powerjob}.
 */
package dev.orrery.scheduler.powerjob.wire;
