package dev.orrery.scheduler.connection;

import dev.orrery.scheduler.quota.AppShare;
import dev.orrery.scheduler.quota.ShareMetrics;
import dev.orrery.scheduler.quota.SharePlace;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Bounds the bytes of responses that the network has not accepted yet: at most a sixteenth of the
 * heap, and half of that for one app. They are direct memory.
 */
@Singleton
public class ResponseMemory {
  /** Enough for several of the largest responses, however small the heap is. */
  private static final long LEAST = 32L * 1024 * 1024;

  private final AppShare bytes;

  public ResponseMemory(ShareMetrics shares) {
    long all = Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16);
    bytes = shares.watch("response_bytes", new AppShare(all, all / 2));
  }

  /** Reserves the bytes; empty if they do not fit. */
  Optional<SharePlace> hold(int app, long unread) {
    return bytes.hold(app, unread);
  }
}
