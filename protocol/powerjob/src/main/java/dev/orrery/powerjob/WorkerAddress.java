package dev.orrery.powerjob;

import java.util.Optional;

/**
 * The address on which a PowerJob worker listens.
 *
 * @param host an address or a name
 * @param port from 1 to 65535
 */
public record WorkerAddress(String host, int port) {
  private static final int MAX_LENGTH = 90;
  private static final int MAX_PORT = 65_535;

  /** Reads {@code host:port}; empty if the text is something else. No name is resolved. */
  public static Optional<WorkerAddress> parse(String text) {
    int colon = text == null ? -1 : text.lastIndexOf(':');
    if (colon < 1 || text.length() > MAX_LENGTH || !isHost(text.substring(0, colon))) {
      return Optional.empty();
    }
    return port(text.substring(colon + 1))
        .map(port -> new WorkerAddress(text.substring(0, colon), port));
  }

  private static boolean isHost(String host) {
    return host.chars()
        .allMatch(
            c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '.'
                    || c == '-');
  }

  private static Optional<Integer> port(String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int port = Integer.parseInt(digits);
    return port < 1 || port > MAX_PORT ? Optional.empty() : Optional.of(port);
  }

  /** Returns the address as the name of a worker, which has no colon. */
  public String workerName() {
    return host + "-" + port;
  }

  /** Reads {@link #workerName()}; empty if the name is not one of these. */
  public static Optional<WorkerAddress> ofWorkerName(String name) {
    int dash = name.lastIndexOf('-');
    return dash < 1
        ? Optional.empty()
        : parse(name.substring(0, dash) + ":" + name.substring(dash + 1));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
