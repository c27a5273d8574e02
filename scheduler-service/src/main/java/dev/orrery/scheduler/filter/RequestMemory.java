package dev.orrery.scheduler.filter;

import dev.orrery.scheduler.share.AppShare;
import dev.orrery.scheduler.share.ShareMetrics;
import jakarta.inject.Singleton;

/**
 * The bytes of all bodies that are read or worked on at the moment: at most a sixteenth of the
 * heap, because a tree of JSON takes several times its text. Bodies of one app are at most half of
 * that.
 */
@Singleton
class RequestMemory {
  /** Share of the admin, who belongs to no app. */
  static final int ADMIN = 0;

  /** Share of callers without a token, such as those that sign in to the console. */
  static final int NO_TOKEN = -1;

  /** So that the largest body fits into half of it, however small the heap is. */
  private static final long LEAST = 32L * 1024 * 1024;

  private final long all;
  private final AppShare bytes;

  RequestMemory(ShareMetrics shares) {
    all = Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16);
    bytes = shares.watch("request_bytes", new AppShare(all, all / 2));
  }

  /** Returns the most bytes of one app. */
  long perApp() {
    return all / 2;
  }

  /** Returns false if they do not fit; nothing was taken then. */
  boolean take(int app, long length) {
    return bytes.take(app, length);
  }

  void giveBack(int app, long length) {
    bytes.giveBack(app, length);
  }
}
