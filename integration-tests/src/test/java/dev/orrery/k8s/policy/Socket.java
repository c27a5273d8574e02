package dev.orrery.k8s.policy;

/** A dialled socket: {@code TCP} or {@code UDP}, and a port. */
public record Socket(String protocol, int port) implements Comparable<Socket> {
  public static Socket tcp(int port) {
    return new Socket("TCP", port);
  }

  public static Socket udp(int port) {
    return new Socket("UDP", port);
  }

  @Override
  public int compareTo(Socket other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return protocol + " " + port;
  }
}
