package dev.orrery.transport.akka.proxy;

/** Judges frames by their heads, before they have come in whole. */
@FunctionalInterface
interface FrameRule {
  /**
   * @param ordinary whether the stream carries messages, and not only Artery's own words
   * @throws FrameRejectedException if no peer of ours would send it
   */
  void check(boolean ordinary, FrameHead head) throws FrameRejectedException;
}
