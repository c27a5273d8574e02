package dev.orrery.transport.akka;

import java.time.Duration;

/**
 * Decides when an actor system that lives, but does not answer, is replaced. A process that stood
 * still itself concludes nothing from silence. A new system costs all peers their connections, and
 * may not help, so it is rare.
 */
final class SilenceRule {
  static final Duration MAX_SILENCE = Duration.ofSeconds(20);
  static final Duration MIN_BETWEEN = Duration.ofMinutes(5);

  /** Beyond it a look is late. Looks are a second apart. */
  static final Duration MAX_BETWEEN_LOOKS = Duration.ofSeconds(3);

  private long lastLookNanos;
  private long punctualSinceNanos;
  private long replacedNanos;
  private boolean hasReplaced;

  SilenceRule(long nowNanos) {
    lastLookNanos = nowNanos;
    punctualSinceNanos = nowNanos;
  }

  /** Called at each look; a replacement counts. */
  boolean mustReplace(Duration silence, long nowNanos) {
    if (nowNanos - lastLookNanos > MAX_BETWEEN_LOOKS.toNanos()) {
      punctualSinceNanos = nowNanos;
    }
    lastLookNanos = nowNanos;
    boolean isDue =
        silence.compareTo(MAX_SILENCE) >= 0
            && nowNanos - punctualSinceNanos >= MAX_SILENCE.toNanos()
            && !(hasReplaced && nowNanos - replacedNanos < MIN_BETWEEN.toNanos());
    if (isDue) {
      hasReplaced = true;
      replacedNanos = nowNanos;
    }
    return isDue;
  }
}
