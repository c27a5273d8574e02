/**
 * Sessions of workers: their leases and renewals, and what becomes of attempts when one ends.
 * {@link dev.orrery.scheduler.engine.worker.SessionRegistry} knows the sessions of this replica,
 * {@link dev.orrery.scheduler.engine.worker.RenewalService} extends leases, and {@link
 * dev.orrery.scheduler.engine.worker.SessionEndService} ends sessions and requeues their attempts.
 *
 * <p>Any replica serves any session; the row in the database decides whether a session is alive.
 * The agreement before a session starts belongs to {@code agreement}.
 */
package dev.orrery.scheduler.engine.worker;
