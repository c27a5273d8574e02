package dev.orrery.protocol.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A range of addresses of one family, such as {@code 10.0.0.0/8} or {@code fd00::/8}. */
record IpNetwork(InetAddress first, int prefixLength) {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

  /**
   * Reads a network, or one address. Never looks a name up.
   *
   * @throws IllegalArgumentException saying what is wrong, without the text itself
   */
  static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return new IpNetwork(address, bits);
    }
    String length = text.substring(slash + 1);
    if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > bits) {
      throw new IllegalArgumentException("what follows the slash must be 0 to " + bits);
    }
    int prefixLength = Integer.parseInt(length);
    InetAddress first = masked(address, prefixLength);
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "it has bits beyond its length; write "
              + first.getHostAddress()
              + "/"
              + prefixLength
              + " if that network is meant");
    }
    return new IpNetwork(first, prefixLength);
  }

  /**
   * @throws IllegalArgumentException for anything but an address; nothing is looked up
   */
  static InetAddress literal(String text) {
    boolean v4 = V4.matcher(text).matches();
    if (!v4 && !V6.matcher(text).matches()) {
      throw new IllegalArgumentException("it is not an address");
    }
    try {
      // Brackets keep the library from taking it for a name.
      InetAddress address = v4 ? v4(text) : InetAddress.getByName("[" + text + "]");
      if (!v4 && address.getAddress().length == 4) {
        throw new IllegalArgumentException("write the IPv4 address itself");
      }
      return address;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("it is not an address", e);
    }
  }

  private static InetAddress v4(String text) throws UnknownHostException {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    for (int i = 0; i < bytes.length; i++) {
      int part = Integer.parseInt(parts[i]);
      if (part > 255) {
        throw new IllegalArgumentException("it is not an address");
      }
      bytes[i] = (byte) part;
    }
    return InetAddress.getByAddress(bytes);
  }

  private static InetAddress masked(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    for (int bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the address is of this family and in this range. */
  boolean contains(InetAddress address) {
    return address.getAddress().length == first.getAddress().length
        && masked(address, prefixLength).equals(first);
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefixLength;
  }
}
