package dev.orrery.transport.akka.proxy;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.transport.akka.AllowedPeers;
import dev.orrery.transport.akka.proxy.ConnectionRule.Excess;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The proxy that listens on the advertised port and protects the actor system behind it. Artery
 * would accept frames of any length and any number of connections. The proxy accepts only allowed
 * peers, terminates TLS, checks every frame, and limits the memory that all peers together can use.
 * One thread serves all connections; {@link ConnectionRule} decides which connections to close.
 */
public final class FrameProxy implements AutoCloseable {
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final int BACKLOG = 1024;
  private static final int READ_BUFFER_BYTES = 64 * 1024;

  private final RateLimitedLog log =
      new RateLimitedLog(System.getLogger(FrameProxy.class.getName()));
  private final ServerSocketChannel server;
  private final Selector selector;
  private final RemoteSystemRegistry remoteSystems;
  private final PeerAcceptor acceptor;
  private final ConnectionRule limits;
  private final LongConsumer onGone;
  private final Set<ProxiedConnection> connections = new LinkedHashSet<>();
  private final ByteBuffer shared = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final FrameOutput passed = new FrameOutput(2 * READ_BUFFER_BYTES);
  private final Thread thread = new Thread(this::run, "orrery-akka-proxy");
  private volatile Upstream upstream;
  private volatile boolean redirected;
  private LocalSystem localSystem;
  private volatile boolean closed;
  private long partialBytes;
  private long sweptAtNanos = System.nanoTime();

  private FrameProxy(
      ServerSocketChannel server,
      Selector selector,
      AllowedPeers allowed,
      Supplier<SSLEngine> engines,
      ProxyLimits limits,
      LongConsumer onGone) {
    this.server = server;
    this.selector = selector;
    this.limits = new ConnectionRule(limits);
    this.onGone = onGone;
    this.remoteSystems = new RemoteSystemRegistry(limits.maxRemoteSystems());
    this.acceptor =
        new PeerAcceptor(server, allowed, engines, limits.maxFrame(), remoteSystems, log);
  }

  /**
   * Binds the port; it accepts no connection before {@link #open}.
   *
   * @param engines server-side engines, or null for no TLS
   * @param onGone receives the uid of an actor system whose message connection has ended
   */
  public static FrameProxy bind(
      InetSocketAddress address,
      AllowedPeers allowed,
      Supplier<SSLEngine> engines,
      LongConsumer onGone)
      throws IOException {
    return bind(
        address, allowed, engines, ProxyLimits.ofMemory(Runtime.getRuntime().maxMemory()), onGone);
  }

  static FrameProxy bind(
      InetSocketAddress address,
      AllowedPeers allowed,
      Supplier<SSLEngine> engines,
      ProxyLimits limits,
      LongConsumer onGone)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      server.configureBlocking(false);
      Selector selector = Selector.open();
      return new FrameProxy(server, selector, allowed, engines, limits, onGone);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  /**
   * Starts to accept connections.
   *
   * @param first the listening address of the actor system
   * @param system its address, which its successors share
   */
  public void open(Upstream first, LocalSystem system) throws ClosedChannelException {
    upstream = first;
    localSystem = system;
    server.register(selector, SelectionKey.OP_ACCEPT);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Forwards to the successor of the actor system from now on, and closes the connections to its
   * predecessor, which may still accept bytes but serves nobody.
   */
  public void redirect(Upstream next) {
    upstream = next;
    redirected = true;
    selector.wakeup();
  }

  private void followRedirect() {
    if (redirected) {
      redirected = false;
      List.copyOf(connections).stream()
          .filter(connection -> connection.isToAnother(upstream))
          .forEach(this::end);
      remoteSystems.forgetHandshakes();
    }
  }

  /** Returns an address at which this process reaches the port. */
  public InetSocketAddress reachable() throws IOException {
    InetSocketAddress bound = (InetSocketAddress) server.getLocalAddress();
    return bound.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), bound.getPort())
        : bound;
  }

  /**
   * Announces a connection of this process itself, which is in plain text and has no handshake.
   *
   * @param client the bound address from which it will come
   */
  public void expectOwn(InetSocketAddress client) {
    acceptor.expectOwn(client);
  }

  /** Gives a remote system a lasting place, because it has proven that it hears or knows us. */
  public void onProven(long uid) {
    remoteSystems.onProven(uid);
  }

  /** As {@link #onProven(long)}, for all remote systems of this address. */
  public void onProven(String address) {
    remoteSystems.onProven(address);
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(this::ready, SWEEP_INTERVAL.toMillis());
        followRedirect();
        if (System.nanoTime() - sweptAtNanos >= SWEEP_INTERVAL.toNanos()) {
          sweep();
        }
      } catch (IOException | RuntimeException e) {
        log.log(
            Level.ERROR,
            "run " + e.getClass().getName(),
            "akka: the frame proxy had an unexpected failure; continuing: " + e);
      }
    }
    connections.forEach(ProxiedConnection::close);
  }

  private void ready(SelectionKey key) {
    if (key.channel() == server) {
      accept();
      return;
    }
    ProxiedConnection connection = (ProxiedConnection) key.attachment();
    if (connection.isClosed()) {
      return;
    }
    try {
      serve(connection, key);
      limits.afterRead(connections, partialBytes, System.nanoTime()).ifPresent(this::refuse);
    } catch (FrameRejectedException e) {
      refuse(connection, e.getMessage(), "rejected");
    } catch (SSLException e) {
      refuse(connection, "TLS: " + e.getMessage(), "tls");
    } catch (IOException | CancelledKeyException e) {
      end(connection);
    } catch (RuntimeException e) {
      // A failure on this connection must not end the others.
      refuse(connection, "failed to serve it: " + e, "failed " + e.getClass().getName());
    }
  }

  private void serve(ProxiedConnection connection, SelectionKey key)
      throws IOException, FrameRejectedException {
    long partialBefore = connection.partialBytes();
    try {
      if (connection.isPeer(key)) {
        if (key.isWritable()) {
          connection.writePeer();
        }
        if (key.isReadable()) {
          connection.readPeer(shared, passed, System.nanoTime());
        }
        if (connection.wantsUpstream()) {
          connection.dial(selector, upstream);
        }
      } else {
        connection.onUpstreamReady(key, shared);
      }
    } finally {
      partialBytes += connection.partialBytes() - partialBefore;
    }
  }

  private void accept() {
    try {
      acceptor.accept(selector, localSystem, this::makeRoom).ifPresent(connections::add);
    } catch (IOException e) {
      log.log(
          Level.WARNING,
          "accept",
          "akka: failed to accept a connection; continuing with the others: " + e);
    }
  }

  private void makeRoom(InetAddress machine) {
    long now = System.nanoTime();
    Optional<Excess<ProxiedConnection>> excess = limits.beforeAccept(connections, machine, now);
    while (excess.isPresent()) {
      refuse(excess.get());
      excess = limits.beforeAccept(connections, machine, now);
    }
  }

  private void sweep() {
    sweptAtNanos = System.nanoTime();
    limits.late(connections, sweptAtNanos).forEach(this::refuse);
  }

  private void refuse(Excess<ProxiedConnection> excess) {
    refuse(excess.connection(), excess.reason(), excess.reason());
  }

  private void refuse(ProxiedConnection connection, String reason, String kind) {
    log.log(
        Level.WARNING,
        kind,
        "akka: closed a connection: peer=" + connection.machine().getHostAddress() + ": " + reason);
    end(connection);
  }

  private void end(ProxiedConnection connection) {
    if (!connections.remove(connection)) {
      return;
    }
    partialBytes -= connection.partialBytes();
    connection.close();
    connection.sender().onDisconnected();
    if (!connection.isHandshaking() && connection.check().isOrdinary()) {
      onGone.accept(connection.sender().uid());
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(Duration.ofSeconds(5).toMillis());
      server.close();
      selector.close();
    } catch (IOException e) {
      log.log(
          Level.WARNING, "close", "akka: failed to close the port; continuing the shutdown: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
