package dev.orrery.transport.akka.proxy;

/** Checks a complete frame, before any of it passes. */
@FunctionalInterface
interface FrameRule {
  /**
   * Decides about a frame.
   *
   * @param ordinary whether the stream carries actor messages, not only control messages of Artery
   * @throws FrameRejectedException if our peers would never send the frame
   */
  FrameVerdict check(boolean ordinary, FrameHeader head) throws FrameRejectedException;
}
