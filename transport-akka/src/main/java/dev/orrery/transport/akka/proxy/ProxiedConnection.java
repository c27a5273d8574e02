package dev.orrery.transport.akka.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;

/**
 * One connection of a peer, and ours to Artery, which is opened once a sound frame is announced.
 * Bytes go inwards only: Artery never answers on the connection that it was asked on.
 */
final class ProxiedConnection {
  private final SocketChannel outer;
  private final SelectionKey outerKey;
  private final SenderCheck speaker;
  private final FrameCheck check;
  private final TlsReader tls;
  private final long openedAtNanos;
  private SocketChannel inner;
  private SelectionKey innerKey;
  private ByteBuffer toInner = ByteBuffer.allocate(0);
  private long lastReadNanos;
  private long frameSinceNanos;
  private boolean closed;

  ProxiedConnection(
      SocketChannel outer,
      SelectionKey outerKey,
      int maxFrame,
      SenderCheck speaker,
      SSLEngine engine,
      long now)
      throws IOException {
    this.outer = outer;
    this.outerKey = outerKey;
    this.speaker = speaker;
    this.check = new FrameCheck(maxFrame, speaker);
    this.tls = engine == null ? null : new TlsReader(outer, engine);
    this.openedAtNanos = now;
    this.lastReadNanos = now;
    this.frameSinceNanos = now;
  }

  /**
   * The peer has sent something.
   *
   * @param shared what is read into, and empty again afterwards
   * @throws EOFException if it has closed
   */
  void readOuter(ByteBuffer shared, long now) throws IOException, FrameRejectedException {
    if (isWaitingForInner()) {
      return;
    }
    shared.clear();
    int read = tls == null ? outer.read(shared) : tls.read(shared);
    if (read < 0) {
      throw new EOFException();
    }
    lastReadNanos = now;
    shared.flip();
    long framesBefore = check.frames();
    boolean midwayBefore = check.isMidway();
    check.check(shared);
    if (check.frames() != framesBefore || (!midwayBefore && check.isMidway())) {
      frameSinceNanos = now;
    }
    if (inner != null && inner.isConnected() && !toInner.hasRemaining()) {
      inner.write(shared);
    }
    if (shared.hasRemaining()) {
      keep(shared);
    }
    listen();
  }

  private void keep(ByteBuffer rest) {
    toInner =
        ByteBuffer.allocate(toInner.remaining() + rest.remaining()).put(toInner).put(rest).flip();
  }

  /** Before Artery is dialled, what is kept is the start of a stream, a few bytes. */
  private boolean isWaitingForInner() {
    return toInner.hasRemaining() && (inner != null || check.isAnnounced());
  }

  /** Whether Artery is to be dialled now. */
  boolean wantsInner() {
    return inner == null && check.isAnnounced();
  }

  void dialInner(Selector selector, Upstream artery) throws IOException {
    toInner =
        ByteBuffer.allocate(artery.password().length + toInner.remaining())
            .put(artery.password())
            .put(toInner)
            .flip();
    inner = SocketChannel.open();
    inner.configureBlocking(false);
    // Nothing comes back on it that would take the acknowledgement along: without this, one message
    // waits until the one before it is acknowledged, which takes up to 40 ms.
    inner.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean connected = inner.connect(artery.address());
    innerKey = inner.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    innerKey.attach(this);
    if (connected) {
      writeInner();
    }
    listen();
  }

  /** Artery's socket is ready for something. */
  void innerReady(SelectionKey key, ByteBuffer shared) throws IOException {
    if (key.isConnectable()) {
      inner.finishConnect();
      writeInner();
    } else if (key.isWritable()) {
      writeInner();
    }
    if (key.isReadable()) {
      shared.clear();
      if (inner.read(shared) < 0) {
        throw new EOFException();
      }
    }
    listen();
  }

  private void writeInner() throws IOException {
    inner.write(toInner);
    if (!toInner.hasRemaining()) {
      toInner = ByteBuffer.allocate(0);
    }
  }

  /** Reads no more from the peer than Artery takes. */
  private void listen() throws IOException {
    boolean waiting = toInner.hasRemaining();
    if (outerKey.isValid()) {
      int write = tls != null && tls.wantsWrite() ? SelectionKey.OP_WRITE : 0;
      outerKey.interestOps((isWaitingForInner() ? 0 : SelectionKey.OP_READ) | write);
    }
    if (innerKey != null && innerKey.isValid() && inner.isConnected()) {
      innerKey.interestOps(SelectionKey.OP_READ | (waiting ? SelectionKey.OP_WRITE : 0));
    }
  }

  /** The peer takes bytes again, of the TLS handshake. */
  void writeOuter() throws IOException {
    if (tls != null) {
      tls.flush();
    }
    listen();
  }

  boolean isOuter(SelectionKey key) {
    return key == outerKey;
  }

  FrameCheck check() {
    return check;
  }

  SenderCheck speaker() {
    return speaker;
  }

  long openedAtNanos() {
    return openedAtNanos;
  }

  long lastReadNanos() {
    return lastReadNanos;
  }

  /** Since when the frame that is under way is. */
  long frameSinceNanos() {
    return frameSinceNanos;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    quietly(outer);
    if (inner != null) {
      quietly(inner);
    }
  }

  private static void quietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no use any more, and no harm either.
      assert !channel.isOpen();
    }
  }
}
