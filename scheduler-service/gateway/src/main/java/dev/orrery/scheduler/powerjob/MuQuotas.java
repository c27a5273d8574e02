package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;

/**
 * Limits on the connections over MU, in all and for each address from which they come: on their
 * number, on the bytes that arrive, and on the bytes that workers have not read.
 */
record MuQuotas(AppQuota connections, AppQuota arriving, AppQuota unread) {
  /** A worker may open two at once. */
  static final int MAX_CONNECTIONS = 2 * PowerJobLimits.MAX_SESSIONS;

  private static final long ARRIVING_BYTES = 64L * 1024 * 1024;
  private static final long UNREAD_BYTES = 128L * 1024 * 1024;

  static MuQuotas watchedBy(QuotaMetrics quotas) {
    return new MuQuotas(
        quotas.watch("powerjob_mu_connections", new AppQuota(MAX_CONNECTIONS, MAX_CONNECTIONS / 4)),
        quotas.watch("powerjob_mu_arriving", new AppQuota(ARRIVING_BYTES, ARRIVING_BYTES / 4)),
        quotas.watch("powerjob_mu_unread", new AppQuota(UNREAD_BYTES, UNREAD_BYTES / 4)));
  }
}
