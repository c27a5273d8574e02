package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Limits the bytes of all request bodies that are being read or processed, in total and per app. A
 * JSON tree takes several times the memory of its text.
 */
@Singleton
class RequestMemory {
  /** Twice the largest body, however small the heap is. */
  private static final long MIN_BYTES = 32L * 1024 * 1024;

  private final long all;
  private final AppQuota bytes;

  RequestMemory(QuotaMetrics quotas) {
    all = Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / 16);
    bytes = quotas.watch("request_bytes", new AppQuota(all, all / 2));
  }

  long perApp() {
    return all / 2;
  }

  /** Returns an empty result if the bytes do not fit. */
  Optional<QuotaPermit> hold(int app, long length) {
    return bytes.hold(app, length);
  }
}
