package dev.orrery.scheduler.filter;

import dev.orrery.scheduler.quota.AppShare;
import dev.orrery.scheduler.quota.ShareMetrics;
import dev.orrery.scheduler.quota.SharePlace;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Bounds the bytes of all bodies that are being read or processed: at most a sixteenth of the heap,
 * because a tree of JSON takes several times its text, and half of that for one app.
 */
@Singleton
class RequestMemory {
  /** Twice the largest body, however small the heap is. */
  private static final long LEAST = 32L * 1024 * 1024;

  private final long all;
  private final AppShare bytes;

  RequestMemory(ShareMetrics shares) {
    all = Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16);
    bytes = shares.watch("request_bytes", new AppShare(all, all / 2));
  }

  long perApp() {
    return all / 2;
  }

  /** Reserves the bytes; empty if they do not fit. */
  Optional<SharePlace> hold(int app, long length) {
    return bytes.hold(app, length);
  }
}
