package dev.orrery.transport.akka.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;

/**
 * A peer's connection and the matching connection to Artery, which opens at the first frame with an
 * allowed length. Bytes flow from the peer to Artery only: Artery responds on other connections.
 */
final class ProxiedConnection implements ConnectionRule.Limited {
  private final SocketChannel peer;
  private final SelectionKey peerKey;
  private final SenderCheck sender;
  private final FrameCheck check;
  private final TlsReader tls;
  private final long openedAtNanos;
  private SocketChannel upstream;
  private Upstream dialled;
  private SelectionKey upstreamKey;
  private ByteBuffer toUpstream = ByteBuffer.allocate(0);
  private long lastReadNanos;
  private long frameSinceNanos;
  private boolean closed;

  ProxiedConnection(
      SocketChannel peer,
      SelectionKey peerKey,
      int maxFrame,
      SenderCheck sender,
      SSLEngine engine,
      long now)
      throws IOException {
    this.peer = peer;
    this.peerKey = peerKey;
    this.sender = sender;
    this.check = new FrameCheck(maxFrame, sender);
    this.tls = engine == null ? null : new TlsReader(peer, engine);
    this.openedAtNanos = now;
    this.lastReadNanos = now;
    this.frameSinceNanos = now;
  }

  /**
   * Reads the peer's bytes.
   *
   * @param shared a buffer, which is empty again afterwards
   * @param passed as well
   * @throws EOFException if the peer has closed
   */
  void readPeer(ByteBuffer shared, FrameOutput passed, long now)
      throws IOException, FrameRejectedException {
    if (isWaitingForUpstream()) {
      return;
    }
    shared.clear();
    int read = tls == null ? peer.read(shared) : tls.read(shared);
    if (read < 0) {
      throw new EOFException();
    }
    lastReadNanos = now;
    shared.flip();
    long framesBefore = check.frames();
    boolean midFrameBefore = check.isMidFrame();
    passed.clear();
    check.check(shared, passed);
    ByteBuffer out = passed.written();
    if (check.frames() != framesBefore || (!midFrameBefore && check.isMidFrame())) {
      frameSinceNanos = now;
    }
    if (upstream != null && upstream.isConnected() && !toUpstream.hasRemaining()) {
      upstream.write(out);
    }
    if (out.hasRemaining()) {
      buffer(out);
    }
    updateInterest();
  }

  private void buffer(ByteBuffer rest) {
    toUpstream =
        ByteBuffer.allocate(toUpstream.remaining() + rest.remaining())
            .put(toUpstream)
            .put(rest)
            .flip();
  }

  /**
   * Returns true if the peer must wait until Artery accepts the buffered bytes. The start of a
   * stream, before the first frame, is buffered without waiting.
   */
  private boolean isWaitingForUpstream() {
    return toUpstream.hasRemaining() && (upstream != null || check.isAnnounced());
  }

  boolean wantsUpstream() {
    return upstream == null && check.isAnnounced();
  }

  /** Returns true if it is connected to another actor system than this one. */
  boolean isToAnother(Upstream artery) {
    return dialled != null && !dialled.equals(artery);
  }

  void dial(Selector selector, Upstream artery) throws IOException {
    dialled = artery;
    toUpstream =
        ByteBuffer.allocate(artery.password().length + toUpstream.remaining())
            .put(artery.password())
            .put(toUpstream)
            .flip();
    upstream = SocketChannel.open();
    upstream.configureBlocking(false);
    // Artery sends nothing that could carry the acknowledgement. With Nagle's algorithm a message
    // would wait until the one before it is acknowledged, which takes up to 40 ms.
    upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean connected = upstream.connect(artery.address());
    upstreamKey =
        upstream.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    upstreamKey.attach(this);
    if (connected) {
      writeUpstream();
    }
    updateInterest();
  }

  /** Handles readiness of the socket to Artery. */
  void onUpstreamReady(SelectionKey key, ByteBuffer shared) throws IOException {
    if (key.isConnectable()) {
      upstream.finishConnect();
      writeUpstream();
    } else if (key.isWritable()) {
      writeUpstream();
    }
    if (key.isReadable()) {
      shared.clear();
      if (upstream.read(shared) < 0) {
        throw new EOFException();
      }
    }
    updateInterest();
  }

  private void writeUpstream() throws IOException {
    upstream.write(toUpstream);
    if (!toUpstream.hasRemaining()) {
      toUpstream = ByteBuffer.allocate(0);
    }
  }

  /** Updates the selected events. The peer is not read while Artery does not accept its bytes. */
  private void updateInterest() throws IOException {
    boolean waiting = toUpstream.hasRemaining();
    if (peerKey.isValid()) {
      int write = tls != null && tls.wantsWrite() ? SelectionKey.OP_WRITE : 0;
      peerKey.interestOps((isWaitingForUpstream() ? 0 : SelectionKey.OP_READ) | write);
    }
    if (upstreamKey != null && upstreamKey.isValid() && upstream.isConnected()) {
      upstreamKey.interestOps(SelectionKey.OP_READ | (waiting ? SelectionKey.OP_WRITE : 0));
    }
  }

  /** Writes TLS handshake bytes when the peer is writable. */
  void writePeer() throws IOException {
    if (tls != null) {
      tls.flush();
    }
    updateInterest();
  }

  boolean isPeer(SelectionKey key) {
    return key == peerKey;
  }

  FrameCheck check() {
    return check;
  }

  SenderCheck sender() {
    return sender;
  }

  @Override
  public InetAddress machine() {
    return sender.machine();
  }

  @Override
  public boolean isHandshaking() {
    return check.frames() == 0;
  }

  @Override
  public long partialBytes() {
    return check.partialBytes();
  }

  @Override
  public boolean isMidFrame() {
    return check.isMidFrame();
  }

  @Override
  public long openedAtNanos() {
    return openedAtNanos;
  }

  @Override
  public long lastReadNanos() {
    return lastReadNanos;
  }

  @Override
  public long frameSinceNanos() {
    return frameSinceNanos;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    closeQuietly(peer);
    if (upstream != null) {
      closeQuietly(upstream);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The socket is not used any more.
      assert !channel.isOpen();
    }
  }
}
