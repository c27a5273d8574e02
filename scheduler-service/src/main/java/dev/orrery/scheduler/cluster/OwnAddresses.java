package dev.orrery.scheduler.cluster;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** The addresses of this machine. */
final class OwnAddresses {
  private static final Logger LOG = Logger.getLogger(OwnAddresses.class);

  private OwnAddresses() {}

  /**
   * Returns the addresses of the host name first, which is the pod's address in Kubernetes; may be
   * empty.
   */
  static List<InetAddress> find() {
    List<InetAddress> found = new ArrayList<>();
    try {
      found.add(InetAddress.getLocalHost());
    } catch (UnknownHostException e) {
      LOG.debugf("Host name has no address: %s", e.getMessage());
    }
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(found::add);
    } catch (SocketException e) {
      LOG.debugf("Network interfaces cannot be listed: %s", e.getMessage());
    }
    return found;
  }
}
