package dev.orrery.scheduler.http.connection;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Limits the bytes of responses that the network has not accepted yet, in total and per app. They
 * are in direct memory.
 */
@Singleton
public class ResponseMemory {
  /** Enough for several of the largest responses, however small the heap is. */
  private static final long MIN_BYTES = 32L * 1024 * 1024;

  private final AppQuota bytes;

  public ResponseMemory(QuotaMetrics quotas) {
    long all = Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / 16);
    bytes = quotas.watch("response_bytes", new AppQuota(all, all / 2));
  }

  /** Returns an empty result if the bytes do not fit. */
  Optional<QuotaPermit> hold(int app, long unread) {
    return bytes.hold(app, unread);
  }
}
