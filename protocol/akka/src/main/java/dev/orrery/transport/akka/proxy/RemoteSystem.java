package dev.orrery.transport.akka.proxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A remote actor system, as identified by the address and uid that it claims. Artery dials the
 * address in a message, and keeps resources for it for up to ten minutes.
 *
 * @param address such as {@code akka://orrery-worker@10.0.0.7:27777}
 * @param host the host of the address, which may be a name
 * @param uid chosen by the system
 */
record RemoteSystem(String address, String host, long uid) {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "[a-z]{1,16}://[A-Za-z0-9_-]{1,100}@([A-Za-z0-9.:%_\\[\\]-]{1,253}):(\\d{1,5})");

  /** Parses Artery's message {@code UniqueAddress}. */
  static RemoteSystem read(StrictFieldReader fields) throws FrameRejectedException {
    String address = address(fields.message(1));
    long uid = fields.number(2);
    fields.end();
    return of(address, uid);
  }

  /** Parses Artery's message {@code Address}. */
  static String address(StrictFieldReader fields) throws FrameRejectedException {
    String text = fields.text(1) + "://" + fields.text(2) + "@" + fields.text(3);
    long port = fields.number(4);
    fields.end();
    return text + ":" + port;
  }

  /** Parses an address in the form of actor paths. */
  static RemoteSystem of(String address, long uid) throws FrameRejectedException {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      throw new FrameRejectedException("unusable address of an actor system");
    }
    return new RemoteSystem(address, parts.group(1), uid);
  }
}
