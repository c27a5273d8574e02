package dev.orrery.transport.akka.proxy;

import dev.orrery.transport.akka.AllowedPeers;
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
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Stands on the advertised port in front of Artery, which takes frames of any length and
 * connections of any number. Lets in who is in reach, ends TLS where there is one, reads along the
 * frames, and bounds what all peers together can make this process hold. One thread serves all
 * connections.
 */
public final class FrameProxy implements AutoCloseable {
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
  private static final int BACKLOG = 1024;
  private static final int READ_AT_ONCE = 64 * 1024;
  private static final Comparator<ProxiedConnection> SILENT_LONGEST =
      Comparator.comparingLong(ProxiedConnection::lastReadNanos);
  private static final Comparator<ProxiedConnection> UNFINISHED_LONGEST =
      Comparator.comparingLong(ProxiedConnection::frameSinceNanos);

  private final RateLimitedLog log =
      new RateLimitedLog(System.getLogger(FrameProxy.class.getName()));
  private final ServerSocketChannel server;
  private final Selector selector;
  private final AllowedPeers reach;
  private final Supplier<SSLEngine> engines;
  private final ProxyLimits limits;
  private final LongConsumer whenGone;
  private final RemoteSystemRegistry origins;
  private final Set<ProxiedConnection> passages = new LinkedHashSet<>();
  private final ByteBuffer shared = ByteBuffer.allocateDirect(READ_AT_ONCE);
  private final Thread thread = new Thread(this::run, "orrery-akka-guard");
  private volatile Upstream artery;
  private LocalSystem own;
  private volatile boolean closed;
  private long begunBytes;
  private long sweptAtNanos = System.nanoTime();

  private FrameProxy(
      ServerSocketChannel server,
      Selector selector,
      AllowedPeers reach,
      Supplier<SSLEngine> engines,
      ProxyLimits limits,
      LongConsumer whenGone) {
    this.server = server;
    this.selector = selector;
    this.reach = reach;
    this.engines = engines;
    this.limits = limits;
    this.whenGone = whenGone;
    this.origins = new RemoteSystemRegistry(limits.maxOrigins());
  }

  /**
   * Binds, and lets nobody in before {@link #open}.
   *
   * @param engines of the servers' side, or null for no TLS
   * @param whenGone is told the number of an actor system whose connection for messages has ended
   */
  public static FrameProxy bind(
      InetSocketAddress address,
      AllowedPeers reach,
      Supplier<SSLEngine> engines,
      LongConsumer whenGone)
      throws IOException {
    return bind(
        address, reach, engines, ProxyLimits.ofMemory(Runtime.getRuntime().maxMemory()), whenGone);
  }

  static FrameProxy bind(
      InetSocketAddress address,
      AllowedPeers reach,
      Supplier<SSLEngine> engines,
      ProxyLimits limits,
      LongConsumer whenGone)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      server.configureBlocking(false);
      Selector selector = Selector.open();
      return new FrameProxy(server, selector, reach, engines, limits, whenGone);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  /**
   * Begins to let peers in.
   *
   * @param inner where the actor system listens
   * @param system which it is, and its successors
   */
  public void open(Upstream inner, LocalSystem system) throws ClosedChannelException {
    artery = inner;
    own = system;
    server.register(selector, SelectionKey.OP_ACCEPT);
    thread.setDaemon(true);
    thread.start();
  }

  /** Another actor system has taken the place of the first. */
  public void redirect(Upstream inner) {
    artery = inner;
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(this::ready, SWEEP_EVERY.toMillis());
        if (System.nanoTime() - sweptAtNanos >= SWEEP_EVERY.toNanos()) {
          sweep();
        }
      } catch (IOException | RuntimeException e) {
        log.say(Level.ERROR, "run " + e.getClass().getName(), "The guard of akka has failed: " + e);
      }
    }
    passages.forEach(ProxiedConnection::close);
  }

  private void ready(SelectionKey key) {
    if (key.channel() == server) {
      accept();
      return;
    }
    ProxiedConnection passage = (ProxiedConnection) key.attachment();
    if (passage.isClosed()) {
      return;
    }
    try {
      serve(passage, key);
      if (begunBytes > limits.maxBegunBytes()) {
        evict("too much of unfinished frames", UNFINISHED_LONGEST, p -> p.check().begun() > 0);
      }
    } catch (FrameRejectedException e) {
      refuse(passage, e.getMessage(), "unsound");
    } catch (SSLException e) {
      refuse(passage, "TLS: " + e.getMessage(), "tls");
    } catch (IOException | CancelledKeyException e) {
      end(passage);
    } catch (RuntimeException e) {
      // Whatever it was that this connection sent, the others go on.
      refuse(passage, "it cannot be served: " + e, "failed " + e.getClass().getName());
    }
  }

  private void serve(ProxiedConnection passage, SelectionKey key)
      throws IOException, FrameRejectedException {
    long begunBefore = passage.check().begun();
    try {
      if (passage.isOuter(key)) {
        if (key.isWritable()) {
          passage.writeOuter();
        }
        if (key.isReadable()) {
          passage.readOuter(shared, System.nanoTime());
        }
        if (passage.wantsInner()) {
          passage.dialInner(selector, artery);
        }
      } else {
        passage.innerReady(key, shared);
      }
    } finally {
      begunBytes += passage.check().begun() - begunBefore;
    }
  }

  private void accept() {
    try {
      SocketChannel peer = server.accept();
      if (peer == null) {
        return;
      }
      InetSocketAddress from = (InetSocketAddress) peer.getRemoteAddress();
      if (!reach.includes(from.getAddress())) {
        log.say(
            Level.WARNING,
            "reach",
            "Refused a connection to akka from "
                + from.getAddress().getHostAddress()
                + ", which is not in "
                + reach);
        peer.close();
        return;
      }
      makeRoom(from.getAddress());
      peer.configureBlocking(false);
      peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
      peer.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      SelectionKey key = peer.register(selector, SelectionKey.OP_READ);
      ProxiedConnection passage =
          new ProxiedConnection(
              peer,
              key,
              limits.maxFrame(),
              new SenderCheck(own, reach, origins, from.getAddress()),
              engines == null ? null : engines.get(),
              System.nanoTime());
      key.attach(passage);
      passages.add(passage);
    } catch (IOException e) {
      log.say(Level.WARNING, "accept", "A connection to akka could not be taken: " + e);
    }
  }

  private void makeRoom(InetAddress from) {
    Predicate<ProxiedConnection> unproven = passage -> !passage.check().isProven();
    Predicate<ProxiedConnection> ofThisMachine = passage -> passage.speaker().from().equals(from);
    if (count(unproven) >= limits.maxUnproven()) {
      evict(
          "too many that have not sent a frame",
          Comparator.comparingLong(ProxiedConnection::openedAtNanos),
          unproven);
    }
    if (count(ofThisMachine) >= limits.maxConnectionsOfOneMachine()) {
      evict("too many of one machine", SILENT_LONGEST, ofThisMachine);
    }
    if (passages.size() >= limits.maxConnections()) {
      evict("too many", SILENT_LONGEST, passage -> true);
    }
  }

  private long count(Predicate<ProxiedConnection> which) {
    return passages.stream().filter(which).count();
  }

  private void evict(
      String reason, Comparator<ProxiedConnection> oldest, Predicate<ProxiedConnection> among) {
    passages.stream()
        .filter(among)
        .min(oldest)
        .ifPresent(passage -> refuse(passage, "there are " + reason, reason));
  }

  private void sweep() {
    long now = System.nanoTime();
    sweptAtNanos = now;
    List<ProxiedConnection> late = new ArrayList<>();
    for (ProxiedConnection passage : passages) {
      boolean unproven = !passage.check().isProven();
      if ((unproven && now - passage.openedAtNanos() > limits.proof().toNanos())
          || (passage.check().isMidway()
              && now - passage.frameSinceNanos() > limits.frame().toNanos())) {
        late.add(passage);
      }
    }
    late.forEach(passage -> refuse(passage, "it does not finish its frame", "late"));
  }

  private void refuse(ProxiedConnection passage, String reason, String kind) {
    log.say(Level.WARNING, kind, "Closed a connection to akka: " + reason);
    end(passage);
  }

  private void end(ProxiedConnection passage) {
    if (!passages.remove(passage)) {
      return;
    }
    begunBytes -= passage.check().begun();
    passage.close();
    passage.speaker().left();
    if (passage.check().isProven() && passage.check().isOrdinary()) {
      whenGone.accept(passage.speaker().uid());
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
      log.say(Level.WARNING, "close", "The port of akka could not be closed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
