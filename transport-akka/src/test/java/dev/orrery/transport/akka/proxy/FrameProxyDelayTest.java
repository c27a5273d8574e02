package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.transport.akka.AllowedPeers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The delay through a proxy, compared with a direct connection at the same time. */
class FrameProxyDelayTest {
  private static final int PAIRS = 300;
  private static final String OWN = "akka://orrery@127.0.0.1:1";
  private static final byte[] HELLO =
      Frames.concat(
          Frames.start(Frames.ORDINARY), Frames.handshake(7, "akka://x@127.0.0.2:7", OWN));

  /** More than one packet of most networks holds, as a report of a few attempts. */
  private static final byte[] FRAME =
      Frames.frame(7, Frames.OURS, "", OWN + "/", "", new byte[1500]);

  /** Enough for the proxy to take the first of a pair alone. */
  private static final long APART_NANOS = 50_000;

  /** Systems put off an acknowledgement for 40 ms. */
  private static final long HELD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private record Way(Socket from, Socket to) {}

  @Test
  void noFrameIsHeldBackUntilTheOneBeforeItIsAcknowledged() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket artery = new ServerSocket(0, 1, here);
        ServerSocket straight = new ServerSocket(0, 1, here);
        FrameProxy proxy =
            FrameProxy.bind(
                new InetSocketAddress(here, 0),
                AllowedPeers.of(
                    Optional.of(AllowedNetworks.parse("test.networks", List.of("127.0.0.0/8")))),
                null,
                gone -> {})) {
      proxy.open(
          new Upstream((InetSocketAddress) artery.getLocalSocketAddress(), new byte[0]),
          new LocalSystem(OWN, "/user/orrery"));
      Way guarded = way(proxy.port(), artery);
      Way unguarded = way(straight.getLocalPort(), straight);

      int heldBack = 0;
      int heldBackAnyway = 0;
      for (int i = 0; i < PAIRS; i++) {
        heldBack += isPairHeldBack(guarded) ? 1 : 0;
        heldBackAnyway += isPairHeldBack(unguarded) ? 1 : 0;
      }

      // Nagle's algorithm does it to a quarter of them.
      assertThat(heldBack).isLessThan(heldBackAnyway + PAIRS / 10);
    }
  }

  private static Way way(int port, ServerSocket listening) throws IOException {
    Socket from = new Socket(InetAddress.getLoopbackAddress(), port);
    from.setTcpNoDelay(true);
    from.getOutputStream().write(HELLO);
    Socket to = listening.accept();
    new DataInputStream(to.getInputStream()).readFully(new byte[HELLO.length]);
    return new Way(from, to);
  }

  private static boolean isPairHeldBack(Way way) throws IOException {
    OutputStream out = way.from().getOutputStream();
    long begun = System.nanoTime();
    out.write(FRAME);
    while (System.nanoTime() - begun < APART_NANOS) {
      Thread.onSpinWait();
    }
    out.write(FRAME);
    new DataInputStream(way.to().getInputStream()).readFully(new byte[2 * FRAME.length]);
    return System.nanoTime() - begun > HELD_BACK_NANOS;
  }
}
