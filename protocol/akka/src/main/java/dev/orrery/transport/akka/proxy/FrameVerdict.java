package dev.orrery.transport.akka.proxy;

/**
 * The decision about a frame that is not refused: whether it is forwarded, and with which sender.
 *
 * @param isForwarded false if Artery does not get it
 * @param sender the path that replaces that of the sender; null if it stays
 */
record FrameVerdict(boolean isForwarded, String sender) {
  static final FrameVerdict FORWARDED = new FrameVerdict(true, null);
  static final FrameVerdict SKIPPED = new FrameVerdict(false, null);

  static FrameVerdict signed(String sender) {
    return new FrameVerdict(true, sender);
  }
}
