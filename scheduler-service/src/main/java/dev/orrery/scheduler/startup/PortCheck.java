package dev.orrery.scheduler.startup;

import dev.orrery.protocol.startup.Refusal;
import java.io.IOException;
import java.net.ServerSocket;

/** Looks whether a port can be bound. */
final class PortCheck {
  private PortCheck() {}

  /**
   * @param value of the setting; null means the default
   * @throws Refusal if another process listens there, or it is no port
   */
  static void requireFree(String setting, String value, int otherwise) {
    int port;
    try {
      port = value == null ? otherwise : Integer.parseInt(value);
      try (ServerSocket probe = new ServerSocket(port)) {
        probe.getLocalPort();
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(setting + " is '" + value + "'; set a port, or 0 for any free one.");
    } catch (IOException e) {
      throw new Refusal(
          "port "
              + (value == null ? otherwise : value)
              + " is in use by another process. Stop that process, or set "
              + setting
              + ".");
    }
  }
}
