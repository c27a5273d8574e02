package dev.orrery.scheduler.base.quota;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A limit on the weight that all apps hold together, and a smaller limit for each app, its share.
 * The owner chooses the unit, such as bytes, rows or streams. Thread-safe.
 */
public final class AppQuota {
  /** The share of callers who belong to no app, such as the admin. Ids of apps begin at 1. */
  public static final int ALL_APPS = 0;

  /** The share of callers without a token, such as those that sign in to the console. */
  public static final int NO_TOKEN = -1;

  /** The share of ports that take no tokens of apps: management, and the cluster. */
  public static final int OPERATIONS = -2;

  private final long total;
  private final long perApp;

  /** Apps that hold nothing are absent. */
  private final Map<Integer, Long> held = new HashMap<>();

  private long taken;
  private long refused;

  /**
   * @param total limit of all apps; a larger single weight is taken only while no app holds
   *     anything
   * @param perApp limit of one app, at most the total; a larger single weight is taken only while
   *     the app holds nothing
   */
  public AppQuota(long total, long perApp) {
    if (perApp < 1 || perApp > total) {
      throw new IllegalArgumentException("A share must be from 1 to " + total + ": " + perApp);
    }
    this.total = total;
    this.perApp = perApp;
  }

  /** Returns true if the weight was taken; returns false, and takes nothing, if it does not fit. */
  public synchronized boolean take(int app, long weight) {
    boolean fits = tryTake(app, weight);
    if (!fits) {
      countRefusal();
    }
    return fits;
  }

  /** As {@link #take}, for a caller that waits: a weight that does not fit is not refused yet. */
  public synchronized boolean tryTake(int app, long weight) {
    long own = held.getOrDefault(app, 0L);
    if ((own > 0 && own + weight > perApp) || (taken > 0 && taken + weight > total)) {
      return false;
    }
    held.put(app, own + weight);
    taken += weight;
    return true;
  }

  /** Records a caller whose wait timed out. */
  public synchronized void countRefusal() {
    refused++;
  }

  /** Takes the weight even if it does not fit, for what was admitted elsewhere. */
  public synchronized void add(int app, long weight) {
    held.put(app, held.getOrDefault(app, 0L) + weight);
    taken += weight;
  }

  /** Takes the weight and returns a permit that releases it; empty if it does not fit. */
  public Optional<QuotaPermit> hold(int app, long weight) {
    return take(app, weight) ? Optional.of(new QuotaPermit(this, app, weight)) : Optional.empty();
  }

  /** Returns true if the app holds all of its share. */
  public synchronized boolean isAtItsBound(int app) {
    return held.getOrDefault(app, 0L) >= perApp;
  }

  /** Releases weight, at most that which the app holds. */
  public synchronized void release(int app, long weight) {
    long own = held.getOrDefault(app, 0L);
    long given = Math.min(own, weight);
    taken -= given;
    if (given == own) {
      held.remove(app);
    } else {
      held.put(app, own - given);
    }
  }

  /** Returns a copy of the weights by app; apps that hold nothing are absent. */
  public synchronized Map<Integer, Long> held() {
    return Map.copyOf(held);
  }

  /** Returns the weight that all apps hold. */
  public synchronized long taken() {
    return taken;
  }

  /** Returns the largest weight that an app holds. */
  public synchronized long largest() {
    return held.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Returns the used part of the share of the app that holds the most; 1 is a full share. */
  double usedRatio() {
    return (double) largest() / perApp;
  }

  /** Returns the number of weights that did not fit. */
  synchronized long refused() {
    return refused;
  }
}
