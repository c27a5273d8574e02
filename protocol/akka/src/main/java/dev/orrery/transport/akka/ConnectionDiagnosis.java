package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.transport.akka.artery.ArterySystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Diagnoses why a scheduler cannot be reached, because Artery retries silently. */
final class ConnectionDiagnosis {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /** A peer that refuses us closes the connection within this time. */
  private static final Duration REFUSAL = Duration.ofMillis(300);

  /** The first bytes of an Artery connection. */
  private static final byte[] START = "AKKA\2".getBytes(StandardCharsets.US_ASCII);

  private static final String THEIR_NETWORKS = "orrery.protocols.akka.allowed-networks";
  private static final String THEIR_TLS = "orrery.protocols.akka.tls";

  private final EndpointSettings settings;
  private final ArterySystem.Setting own;

  ConnectionDiagnosis(EndpointSettings settings, ArterySystem.Setting own) {
    this.settings = settings;
    this.own = own;
  }

  /**
   * Dials the address, and completes the TLS handshake if TLS is used.
   *
   * @throws TransportException with the reason if that fails
   */
  void requireReachable(URI address) {
    connect(address, false);
  }

  /**
   * Returns the reason why a reachable scheduler has not responded, or {@code known} if it finds no
   * better reason.
   */
  Throwable explain(URI address, Throwable known) {
    try {
      connect(address, true);
      return known;
    } catch (TransportException e) {
      return e;
    }
  }

  /** Returns the failure of a scheduler that accepts connections but does not respond. */
  TransportException silence(URI address) {
    return new TransportException(
        "The scheduler at "
            + address
            + " accepts connections but does not answer: it may be unable to connect back to "
            + own.advertisedHost()
            + ":"
            + own.advertisedPort()
            + " ("
            + settings.prefix()
            + ".advertised-host, a firewall, or "
            + THEIR_NETWORKS
            + " there), or it advertises another address, or only one side uses TLS.",
        "worker: "
            + settings.prefix()
            + ".advertised-host or "
            + settings.tlsKey()
            + "; or scheduler: "
            + THEIR_NETWORKS
            + ", orrery.protocols.akka.advertised-host or "
            + THEIR_TLS,
        null);
  }

  private void connect(URI address, boolean waitForRefusal) {
    if (address.getHost() == null || address.getPort() < 0 || address.getUserInfo() == null) {
      throw new TransportException("'" + address + "' is not a valid akka address.");
    }
    try {
      InetAddress host = InetAddress.getByName(address.getHost());
      if (!own.allowed().includes(host)) {
        throw new TransportException(
            "The scheduler is at "
                + address
                + ", which is not in "
                + own.allowed()
                + ": add its network to "
                + settings.networksKey()
                + ".",
            "worker: " + settings.networksKey(),
            null);
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, address.getPort()), (int) CONNECT.toMillis());
        talk(address, socket, waitForRefusal);
      }
    } catch (UnknownHostException e) {
      throw new TransportException(
          "The host name " + address.getHost() + " cannot be resolved.", e);
    } catch (IOException e) {
      throw new TransportException(
          "Cannot connect to "
              + address
              + ": the scheduler is down, the protocol akka is not active there, or a firewall or"
              + " network policy blocks the connection.",
          e);
    }
  }

  private void talk(URI address, Socket plain, boolean waitForRefusal) {
    try {
      plain.setSoTimeout((int) CONNECT.toMillis());
      Socket socket = settings.tls().isPresent() ? secured(address, plain) : plain;
      if (waitForRefusal && isClosedAtOnce(socket)) {
        throw new IOException("the peer closed the connection at once");
      }
    } catch (IOException e) {
      throw new TransportException(
          "The scheduler at "
              + address
              + " accepts connections but rejects ours"
              + (settings.tls().isPresent() ? ", with TLS" : ", without TLS")
              + " ("
              + e.getMessage()
              + "): only one side uses TLS, one does not trust the other's certificate, the"
              + " scheduler's certificate is not for this host, or our address is not in "
              + THEIR_NETWORKS
              + " there.",
          "worker: " + settings.tlsKey() + "; or scheduler: " + THEIR_TLS + " or " + THEIR_NETWORKS,
          e);
    }
  }

  private Socket secured(URI address, Socket plain) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            settings
                .tls()
                .orElseThrow()
                .get()
                .getSocketFactory()
                .createSocket(plain, address.getHost(), address.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /**
   * Returns true if the peer closes the connection at once. A peer rejects a certificate after the
   * handshake, and an address or a connection without TLS silently.
   */
  private static boolean isClosedAtOnce(Socket socket) throws IOException {
    socket.setSoTimeout((int) REFUSAL.toMillis());
    socket.getOutputStream().write(START);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
