package dev.orrery.transport.akka;

import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.Probes.Probe;
import dev.orrery.transport.akka.proxy.FrameProxy;
import dev.orrery.transport.akka.proxy.LocalSystem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends the probes of an actor system to the advertised port, over a connection that it keeps. */
final class PortProbe implements AutoCloseable {
  private static final byte[] START = "AKKA\2".getBytes(StandardCharsets.US_ASCII);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int FIXED = 28;

  private final FrameProxy proxy;
  private Socket socket;

  PortProbe(FrameProxy proxy) {
    this.proxy = proxy;
  }

  /** Sends a message to each lane; a failure shows as silence. */
  void send(ArterySystem system) {
    try {
      if (socket == null) {
        connect();
      }
      for (Probe probe : system.probes().all()) {
        socket.getOutputStream().write(frame(system.own(), probe));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void connect() throws IOException {
    InetSocketAddress port = proxy.reachable();
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.bind(new InetSocketAddress(port.getAddress(), 0));
    proxy.expectOwn((InetSocketAddress) socket.getLocalSocketAddress());
    socket.connect(port, (int) CONNECT.toMillis());
    socket.getOutputStream().write(START);
  }

  /** Returns a frame of Artery, without a sender or a manifest. */
  private static byte[] frame(LocalSystem own, Probe probe) {
    byte[] recipient = (own.address() + own.peers().actor()).getBytes(StandardCharsets.US_ASCII);
    int recipientAt = FIXED + Short.BYTES;
    int manifestAt = recipientAt + Short.BYTES + recipient.length;
    int length = manifestAt + Short.BYTES + probe.message().length;
    return ByteBuffer.allocate(Integer.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(0)
        .putLong(probe.uid())
        .putInt(own.peers().serializer())
        .putInt(FIXED)
        .putInt(recipientAt)
        .putInt(manifestAt)
        .putShort((short) 0)
        .putShort((short) recipient.length)
        .put(recipient)
        .putShort((short) 0)
        .put(probe.message())
        .array();
  }

  /** The next probe connects anew. */
  @Override
  public void close() {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      // It is not used any more.
      assert socket.isClosed();
    }
    socket = null;
  }
}
