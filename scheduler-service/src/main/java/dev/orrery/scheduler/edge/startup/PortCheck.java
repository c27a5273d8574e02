package dev.orrery.scheduler.edge.startup;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Checks whether a port can be bound. */
final class PortCheck {
  private PortCheck() {}

  /**
   * @param value value of the setting; null means the default
   * @param host the address to bind; null means all addresses of this machine
   * @throws StartupException if the port is in use, the value is not a port, or the host is unknown
   */
  static void requireFree(String setting, String value, int otherwise, String host) {
    int port;
    try {
      port = value == null ? otherwise : Integer.parseInt(value);
      // Binds this address only: another process may use the port on another address.
      try (ServerSocket probe =
          new ServerSocket(port, 1, host == null ? null : InetAddress.getByName(host))) {
        probe.getLocalPort();
      }
    } catch (IllegalArgumentException e) {
      throw new StartupException(
          setting + " is '" + value + "'; set a port from 1 to 65535, or 0 for any free one.");
    } catch (UnknownHostException e) {
      throw new StartupException(
          setting
              + " cannot bind its port: '"
              + host
              + "' is not a known host; set an address of this machine, or 0.0.0.0 for all.");
    } catch (IOException e) {
      throw new StartupException(
          "port "
              + (value == null ? otherwise : value)
              + (host == null ? "" : " of " + host)
              + " is in use by another process. Stop that process, or set "
              + setting
              + ".");
    }
  }
}
