/**
 * Renews the lease of the session. {@link dev.orrery.worker.renew.LeaseRenewer} sends renewals on
 * time, independently of other requests, and {@link dev.orrery.worker.renew.ProgressQueue} holds
 * the attempts whose progress goes with them.
 *
 * <p>Lost attempts are dropped in {@code attempt}. All code here runs on the event loop.
 */
package dev.orrery.worker.renew;
