package dev.orrery.k8s.net;

/** A version of the Internet Protocol, with the network that pods have in it. */
enum Family {
  IPV4("ip", "10.244.0.0/16", "10.244.1.", 32),
  IPV6("ip6", "fd00:10:244::/64", "fd00:10:244::", 128);

  private final String expression;
  private final String pods;
  private final String firstPart;
  private final int bits;

  Family(String expression, String pods, String firstPart, int bits) {
    this.expression = expression;
    this.pods = pods;
    this.firstPart = firstPart;
    this.bits = bits;
  }

  static Family of(String address) {
    return address.contains(":") ? IPV6 : IPV4;
  }

  /** How rules for the kernel name it. */
  String expression() {
    return expression;
  }

  /** The addresses that pods have. */
  String pods() {
    return pods;
  }

  /**
   * @param number 1 to 99
   */
  String pod(int number) {
    return firstPart + number;
  }

  /** Length of a prefix that is one address. */
  int bits() {
    return bits;
  }

  /** The host of a URL. */
  static String host(String address) {
    return of(address) == IPV6 ? "[" + address + "]" : address;
  }
}
