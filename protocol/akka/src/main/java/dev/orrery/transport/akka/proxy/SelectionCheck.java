package dev.orrery.transport.akka.proxy;

import java.nio.ByteBuffer;

/**
 * Checks a message to a selection. It contains another message with a serializer of its own, which
 * decides what is read: a message of another serializer than ours would reach whatever Pekko can
 * deserialize, and a selection in a selection has no bound of its depth. So it must be exactly what
 * our peers write.
 */
public final class SelectionCheck {
  /** The id of the serializer of messages to a selection. */
  public static final int SERIALIZER = 6;

  private static final int CHILD_NAME = 1;

  private SelectionCheck() {}

  /**
   * @param selection the message
   * @param peers the actor that it must address, and the serializer of what it must contain
   */
  public static void check(ByteBuffer selection, PeerProfile peers) throws FrameRejectedException {
    StrictFieldReader fields = new StrictFieldReader(selection);
    fields.skip(1);
    require(fields.number(2) == peers.serializer());
    for (String name : peers.actor().substring(1).split("/", -1)) {
      StrictFieldReader element = fields.message(3);
      require(element.number(1) == CHILD_NAME && element.text(2).equals(name));
      element.end();
    }
    // No manifest, and no fan-out.
    require(!fields.hasMore() || fields.number(5) == 0);
    fields.end();
  }

  private static void require(boolean known) throws FrameRejectedException {
    if (!known) {
      throw new FrameRejectedException("message to a selection that is none of ours");
    }
  }
}
