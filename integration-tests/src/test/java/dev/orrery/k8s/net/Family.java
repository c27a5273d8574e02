package dev.orrery.k8s.net;

/** An IP version, with its pod network. */
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

  /** Returns its name in kernel rules. */
  String expression() {
    return expression;
  }

  /** Returns the pod network. */
  String pods() {
    return pods;
  }

  /**
   * @param number 1 to 99
   */
  String pod(int number) {
    return firstPart + number;
  }

  /** Returns the prefix length of a single address. */
  int bits() {
    return bits;
  }

  /** Formats an address as the host of a URL. */
  static String host(String address) {
    return of(address) == IPV6 ? "[" + address + "]" : address;
  }
}
