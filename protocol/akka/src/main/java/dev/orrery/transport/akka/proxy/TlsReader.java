package dev.orrery.transport.akka.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** Terminates TLS: decrypts a peer's bytes, and writes only for the handshake. */
final class TlsReader {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;
  private ByteBuffer cipher = NOTHING;
  private ByteBuffer toWrite = NOTHING;

  TlsReader(SocketChannel channel, SSLEngine engine) throws IOException {
    this.channel = channel;
    this.engine = engine;
    engine.beginHandshake();
  }

  /**
   * Reads into {@code plain}, which must have room for at least two records.
   *
   * @return -1 at the end
   */
  int read(ByteBuffer plain) throws IOException {
    int before = plain.position();
    ByteBuffer in = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).put(cipher);
    int read = channel.read(in);
    in.flip();
    boolean open = read >= 0 && advance(in, plain);
    cipher = in.hasRemaining() ? ByteBuffer.allocate(in.remaining()).put(in).flip() : NOTHING;
    int got = plain.position() - before;
    return got == 0 && !open ? -1 : got;
  }

  /**
   * Handshakes and decrypts the available bytes; returns false if the peer has closed the stream.
   */
  private boolean advance(ByteBuffer in, ByteBuffer plain) throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          wrap();
          if (toWrite.hasRemaining()) {
            return true;
          }
        }
        default -> {
          SSLEngineResult result = engine.unwrap(in, plain);
          if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            return false;
          }
          if (result.getStatus() != SSLEngineResult.Status.OK) {
            return true;
          }
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private void wrap() throws IOException {
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    if (engine.wrap(NOTHING, out).getStatus() == SSLEngineResult.Status.CLOSED
        && out.position() == 0) {
      throw new EOFException();
    }
    out.flip();
    toWrite = ByteBuffer.allocate(toWrite.remaining() + out.remaining()).put(toWrite).put(out);
    toWrite.flip();
    flush();
  }

  void flush() throws IOException {
    channel.write(toWrite);
  }

  boolean wantsWrite() {
    return toWrite.hasRemaining();
  }
}
