package dev.orrery.transport.akka.proxy;

/**
 * What becomes of a frame that is not refused.
 *
 * @param isForwarded false if Artery does not get it
 * @param sender replaces the path of the sender; null: it stays
 */
record FrameVerdict(boolean isForwarded, String sender) {
  static final FrameVerdict FORWARDED = new FrameVerdict(true, null);
  static final FrameVerdict SKIPPED = new FrameVerdict(false, null);

  static FrameVerdict signed(String sender) {
    return new FrameVerdict(true, sender);
  }
}
