package dev.orrery.k8s.policy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** A set of peers. Plug-ins differ in whether a block of addresses means pods; here it does not. */
public sealed interface Peers {
  /** Returns at least those that are not in the other set; exactly those of blocks. */
  Peers minus(Peers other);

  boolean isEmpty();

  boolean contains(Peer peer);

  /** Returns one set for each listed value of a label, which together are the same. */
  default List<Peers> alternatives() {
    return List.of(this);
  }

  /** Pods by their labels and those of their namespace. */
  record Pods(Selector namespace, Selector pod) implements Peers {
    public static final Pods ALL = new Pods(Selector.ALL, Selector.ALL);

    @Override
    public Peers minus(Peers other) {
      return other instanceof Pods pods
              && namespace.isWithin(pods.namespace)
              && pod.isWithin(pods.pod)
          ? Addresses.NONE
          : this;
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public boolean contains(Peer peer) {
      return peer.isPod() && namespace.matches(peer.namespace()) && pod.matches(peer.labels());
    }

    @Override
    public List<Peers> alternatives() {
      return namespace.alternatives().stream()
          .flatMap(one -> pod.alternatives().stream().<Peers>map(two -> new Pods(one, two)))
          .toList();
    }

    @Override
    public String toString() {
      return "pods " + pod + " of namespaces " + namespace;
    }
  }

  /** Addresses of both families: those of IPv4 are above those of IPv6. */
  record Addresses(Ranges numbers) implements Peers {
    private static final BigInteger IPV4 = BigInteger.ONE.shiftLeft(128);
    private static final int BYTE = 8;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

    static final Addresses NONE = new Addresses(Ranges.NONE);
    public static final Addresses ALL = of(List.of("0.0.0.0/0", "::/0"), List.of());

    /**
     * @param blocks in CIDR notation
     */
    public static Addresses of(List<String> blocks, List<String> except) {
      return new Addresses(all(blocks).minus(all(except)));
    }

    private static Ranges all(List<String> blocks) {
      return blocks.stream().map(Addresses::block).reduce(Ranges.NONE, Ranges::plus);
    }

    private static Ranges block(String block) {
      String[] parts = block.split("/", 2);
      byte[] bytes = parse(parts[0]);
      int bits = bytes.length * BYTE - Integer.parseInt(parts[1]);
      if (bits < 0) {
        throw new IllegalArgumentException("no block of addresses: " + block);
      }
      BigInteger first = number(bytes).shiftRight(bits).shiftLeft(bits);
      return Ranges.of(first, first.add(BigInteger.ONE.shiftLeft(bits)).subtract(BigInteger.ONE));
    }

    private static BigInteger number(byte[] bytes) {
      BigInteger number = new BigInteger(1, bytes);
      return bytes.length == IPV4_LENGTH ? number.add(IPV4) : number;
    }

    private static byte[] parse(String literal) {
      if (!literal.matches("[0-9.]+|[0-9a-fA-F:]+")) {
        throw new IllegalArgumentException("no address: " + literal);
      }
      try {
        return InetAddress.getByName(literal).getAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("no address: " + literal, e);
      }
    }

    private static String spelled(BigInteger number) {
      boolean ipv4 = number.compareTo(IPV4) >= 0;
      byte[] bytes = number.toByteArray();
      int length = ipv4 ? IPV4_LENGTH : IPV6_LENGTH;
      byte[] address = new byte[length];
      int known = Math.min(length, bytes.length);
      System.arraycopy(bytes, bytes.length - known, address, length - known, known);
      try {
        return InetAddress.getByAddress(address).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException(Arrays.toString(address), e);
      }
    }

    @Override
    public Peers minus(Peers other) {
      return other instanceof Addresses addresses
          ? new Addresses(numbers.minus(addresses.numbers))
          : this;
    }

    @Override
    public boolean isEmpty() {
      return numbers.isEmpty();
    }

    @Override
    public boolean contains(Peer peer) {
      return !peer.isPod() && numbers.contains(number(parse(peer.address())));
    }

    @Override
    public String toString() {
      return "addresses "
          + numbers.toString(
              range ->
                  range.from().equals(range.to())
                      ? spelled(range.from())
                      : spelled(range.from()) + "-" + spelled(range.to()));
    }
  }
}
