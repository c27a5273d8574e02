package dev.orrery.transport.akka.proxy;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.transport.akka.AllowedPeers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/** Accepts connections of allowed peers, and registers them with the proxy's selector. */
final class PeerAcceptor {
  private final ServerSocketChannel server;
  private final AllowedPeers allowed;
  private final Supplier<SSLEngine> engines;
  private final int maxFrame;
  private final RemoteSystemRegistry remoteSystems;
  private final RateLimitedLog log;
  private volatile InetSocketAddress ownClient;

  /**
   * @param engines server-side engines, or null for no TLS
   */
  PeerAcceptor(
      ServerSocketChannel server,
      AllowedPeers allowed,
      Supplier<SSLEngine> engines,
      int maxFrame,
      RemoteSystemRegistry remoteSystems,
      RateLimitedLog log) {
    this.server = server;
    this.allowed = allowed;
    this.engines = engines;
    this.maxFrame = maxFrame;
    this.remoteSystems = remoteSystems;
    this.log = log;
  }

  /**
   * @param client the bound address from which this process itself will connect
   */
  void expectOwn(InetSocketAddress client) {
    ownClient = client;
  }

  /**
   * Accepts the next connection; empty if none is waiting, or if its peer is not allowed.
   *
   * @param makeRoom closes other connections before one of this machine is served
   */
  Optional<ProxiedConnection> accept(
      Selector selector, LocalSystem localSystem, Consumer<InetAddress> makeRoom)
      throws IOException {
    SocketChannel peer = server.accept();
    if (peer == null) {
      return Optional.empty();
    }
    InetSocketAddress client = (InetSocketAddress) peer.getRemoteAddress();
    InetAddress machine = client.getAddress();
    boolean isOwn = client.equals(ownClient);
    if (!isOwn && !allowed.includes(machine)) {
      log.log(
          Level.WARNING,
          "reach",
          "akka: refused a connection from an address that is not allowed: peer="
              + machine.getHostAddress()
              + " allowed="
              + allowed);
      peer.close();
      return Optional.empty();
    }
    if (!isOwn) {
      makeRoom.accept(machine);
    }
    peer.configureBlocking(false);
    peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
    peer.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    SelectionKey key = peer.register(selector, SelectionKey.OP_READ);
    ProxiedConnection connection =
        new ProxiedConnection(
            peer,
            key,
            maxFrame,
            new SenderCheck(localSystem, allowed, remoteSystems, machine, isOwn),
            engines == null || isOwn ? null : engines.get(),
            System.nanoTime());
    key.attach(connection);
    return Optional.of(connection);
  }
}
