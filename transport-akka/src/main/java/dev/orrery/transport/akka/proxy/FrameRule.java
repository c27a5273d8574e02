package dev.orrery.transport.akka.proxy;

/** Checks a frame by its head, before the whole frame has arrived. */
@FunctionalInterface
interface FrameRule {
  /**
   * @param ordinary whether the stream carries messages of actors, and not only Artery's own
   * @throws FrameRejectedException if none of our peers would send it
   */
  void check(boolean ordinary, FrameHead head) throws FrameRejectedException;
}
