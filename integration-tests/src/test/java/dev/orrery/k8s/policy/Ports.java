package dev.orrery.k8s.policy;

import java.math.BigInteger;
import java.util.List;

/** A set of ports of TCP, UDP and SCTP. */
public record Ports(Ranges numbers) {
  private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
  private static final int EACH = 1 << 16;
  private static final int HIGHEST = EACH - 1;

  public static final Ports NONE = new Ports(Ranges.NONE);
  public static final Ports ALL =
      PROTOCOLS.stream().map(protocol -> of(protocol, 1, HIGHEST)).reduce(NONE, Ports::plus);

  /** Returns all ports of a protocol. */
  static Ports of(String protocol) {
    return of(protocol, 1, HIGHEST);
  }

  static Ports of(String protocol, int from, int to) {
    int index = PROTOCOLS.indexOf(protocol);
    if (index < 0 || from < 1 || to > HIGHEST) {
      throw new IllegalArgumentException("no ports: " + protocol + " " + from + "-" + to);
    }
    return new Ports(Ranges.of((long) index * EACH + from, (long) index * EACH + to));
  }

  public static Ports of(Socket... sockets) {
    return List.of(sockets).stream()
        .map(socket -> of(socket.protocol(), socket.port(), socket.port()))
        .reduce(NONE, Ports::plus);
  }

  Ports plus(Ports other) {
    return new Ports(numbers.plus(other.numbers));
  }

  Ports minus(Ports other) {
    return new Ports(numbers.minus(other.numbers));
  }

  public boolean contains(Socket socket) {
    return of(socket).minus(this).isEmpty();
  }

  boolean isEmpty() {
    return numbers.isEmpty();
  }

  @Override
  public String toString() {
    return numbers.toString(
        range -> {
          String to = range.to().equals(range.from()) ? "" : "-" + port(range.to());
          return PROTOCOLS.get(range.from().intValue() / EACH) + " " + port(range.from()) + to;
        });
  }

  private static int port(BigInteger number) {
    return number.intValue() % EACH;
  }
}
