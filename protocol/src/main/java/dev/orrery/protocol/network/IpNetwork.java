package dev.orrery.protocol.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A range of addresses of one family, such as {@code 10.0.0.0/8} or {@code fd00::/8}. It stores
 * bytes instead of an {@link InetAddress}, which native builds do not allow in static fields.
 */
final class IpNetwork {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

  private final byte[] first;
  private final int prefixLength;

  private IpNetwork(byte[] first, int prefixLength) {
    this.first = first;
    this.prefixLength = prefixLength;
  }

  /**
   * Parses a network or a single address. Never resolves a name.
   *
   * @throws IllegalArgumentException with the reason, without the text itself
   */
  static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int bits = address.length * Byte.SIZE;
    if (slash < 0) {
      return new IpNetwork(address, bits);
    }
    String length = text.substring(slash + 1);
    if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > bits) {
      throw new IllegalArgumentException("the prefix length must be 0 to " + bits);
    }
    int prefixLength = Integer.parseInt(length);
    IpNetwork network = new IpNetwork(masked(address, prefixLength), prefixLength);
    if (!Arrays.equals(network.first, address)) {
      throw new IllegalArgumentException(
          "it has bits set beyond its prefix length; write "
              + network
              + " if that network is meant");
    }
    return network;
  }

  /**
   * Parses a literal address. Never resolves a name.
   *
   * @throws IllegalArgumentException for any other text
   */
  static InetAddress literal(String text) {
    boolean v4 = V4.matcher(text).matches();
    if (!v4 && !V6.matcher(text).matches()) {
      throw new IllegalArgumentException("it is not an address");
    }
    try {
      // With brackets the library does not resolve the text as a name.
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

  private static byte[] masked(byte[] address, int prefixLength) {
    byte[] bytes = address.clone();
    for (int bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
    }
    return bytes;
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == first.length && Arrays.equals(masked(bytes, prefixLength), first);
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(first).getHostAddress() + "/" + prefixLength;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
