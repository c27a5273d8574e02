package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.testing.artery.Frames;
import dev.orrery.testing.artery.RawPeer;
import dev.orrery.transport.akka.AllowedPeers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests a proxy in front of a plain server socket in place of Artery. */
class FrameProxyTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final int MAX_FRAME = 256 * 1024;
  private static final String OWN = "akka://orrery@127.0.0.1:1";

  private final BlockingQueue<Long> gone = new LinkedBlockingQueue<>();
  private final List<RawPeer> peers = new ArrayList<>();
  private ServerSocket artery;
  private FrameProxy proxy;

  @BeforeEach
  void listen() throws IOException {
    artery = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    artery.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws IOException {
    peers.forEach(RawPeer::close);
    if (proxy != null) {
      proxy.close();
    }
    artery.close();
  }

  private static ProxyLimits limits(int connections, int unproven) {
    return new ProxyLimits(MAX_FRAME, connections, unproven, 1L << 30, 100, LONG, LONG);
  }

  private void open(ProxyLimits limits, String... networks) throws IOException {
    proxy =
        FrameProxy.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            AllowedPeers.of(Optional.of(AllowedNetworks.parse("test.networks", List.of(networks)))),
            null,
            limits,
            gone::add);
    proxy.open(inner(artery), new LocalSystem(OWN, PeerProfile.ORRERY));
  }

  private static Upstream inner(ServerSocket socket) {
    return new Upstream((InetSocketAddress) socket.getLocalSocketAddress(), new byte[0]);
  }

  private void open(ProxyLimits limits) throws IOException {
    open(limits, "127.0.0.0/8");
  }

  private RawPeer peer(String from) {
    RawPeer peer = new RawPeer(from, proxy.port());
    peers.add(peer);
    return peer;
  }

  private static String name(int number) {
    return "akka://x@127.0.0.2:" + number;
  }

  private static byte[] hello(int number) {
    return Frames.concat(
        Frames.start(Frames.ORDINARY), Frames.handshake(number, name(number), OWN));
  }

  /** Connects a peer whose first complete frame has arrived. */
  private Socket proven(String from, int number) throws IOException {
    peer(from).send(hello(number));
    Socket inner = artery.accept();
    inner.setSoTimeout(10_000);
    assertThat(inner.getInputStream().readNBytes(hello(number).length)).isEqualTo(hello(number));
    return inner;
  }

  private static boolean isClosed(Socket inner) throws IOException {
    try {
      inner.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private RawPeer last() {
    return peers.get(peers.size() - 1);
  }

  @Test
  void forwardsAllowedFramesUnchanged() throws IOException {
    open(limits(10, 10));
    byte[] request = Frames.frame(7, Frames.OURS, "", OWN + "/user/orrery", "", new byte[200_000]);
    byte[] all = Frames.concat(hello(7), request, request);
    RawPeer peer = peer("127.0.0.1");

    for (int from = 0; from < 60; from++) {
      peer.send(new byte[] {all[from]});
    }
    Thread rest = new Thread(() -> peer.send(Arrays.copyOfRange(all, 60, all.length)));
    rest.start();

    try (Socket inner = artery.accept()) {
      assertThat(inner.getInputStream().readNBytes(all.length)).isEqualTo(all);
    }
  }

  @Test
  void closesConnectionOfDisallowedPeerWithoutDialingArtery() throws IOException {
    open(limits(10, 10), "127.0.0.2/32");
    RawPeer stranger = peer("127.0.0.1");
    stranger.send(hello(1));
    assertThat(stranger.isClosed()).isTrue();

    Socket inner = proven("127.0.0.2", 2);
    assertThat(gone).isEmpty();
    inner.close();
  }

  @Test
  void dialsArteryOnlyAfterFirstFrame() throws IOException {
    open(limits(10, 10));
    peer("127.0.0.1").send(Frames.start(Frames.ORDINARY));
    peer("127.0.0.1").send(new byte[] {'A', 'K'});
    peer("127.0.0.1");

    proven("127.0.0.1", 4).close();
  }

  @Test
  void closesBothSidesOnOversizedFrame() throws IOException {
    open(limits(10, 10));
    Socket inner = proven("127.0.0.1", 1);

    last().send(new byte[] {0, 0, 0, (byte) 0x80});

    assertThat(last().isClosed()).isTrue();
    assertThat(isClosed(inner)).isTrue();
  }

  @Test
  void closesBothSidesOnForbiddenMessage() throws IOException {
    open(limits(10, 10));
    Socket inner = proven("127.0.0.1", 1);

    last().send(Frames.handshake(1, name(2), OWN));

    assertThat(last().isClosed()).isTrue();
    assertThat(isClosed(inner)).isTrue();
  }

  @Test
  void closesBothSidesAndReportsDisconnectWhenEitherSideEnds()
      throws IOException, InterruptedException {
    open(limits(10, 10));
    Socket left = proven("127.0.0.1", 1);
    last().close();
    assertThat(isClosed(left)).isTrue();
    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(1);

    Socket ended = proven("127.0.0.1", 2);
    ended.close();
    assertThat(last().isClosed()).isTrue();
    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void ignoresEndOfControlStream() throws IOException, InterruptedException {
    open(limits(10, 10));
    peer("127.0.0.1")
        .send(Frames.concat(Frames.start(Frames.CONTROL), Frames.handshake(1, name(1), OWN)));
    Socket inner = artery.accept();
    inner.close();
    assertThat(last().isClosed()).isTrue();
    proven("127.0.0.1", 2).close();

    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void closesLongestIdleConnectionBeyondMaximum() throws IOException {
    open(limits(4, 4));
    Socket first = proven("127.0.0.1", 1);
    Socket second = proven("127.0.0.2", 2);
    Socket third = proven("127.0.0.3", 3);
    Socket fourth = proven("127.0.0.4", 4);
    byte[] request = Frames.frame(1, Frames.OURS, "", OWN + "/user/orrery", "", new byte[10]);
    peers.get(0).send(request);
    assertThat(first.getInputStream().readNBytes(request.length)).isEqualTo(request);

    Socket fifth = proven("127.0.0.5", 5);

    assertThat(isClosed(second)).isTrue();
    for (Socket alive : List.of(first, third, fourth, fifth)) {
      alive.setSoTimeout(100);
      assertThat(isClosed(alive)).isFalse();
    }
  }

  @Test
  void limitsMachineToHalfOfConnections() throws IOException {
    open(limits(6, 6));
    Socket other = proven("127.0.0.2", 1);
    Socket first = proven("127.0.0.1", 2);
    proven("127.0.0.1", 3);
    proven("127.0.0.1", 4);

    proven("127.0.0.1", 5);

    assertThat(isClosed(first)).isTrue();
    other.setSoTimeout(100);
    assertThat(isClosed(other)).isFalse();
  }

  @Test
  void closesOnlyHandshakingConnectionsForNewHandshakes() throws IOException {
    open(limits(10, 2));
    Socket proven = proven("127.0.0.2", 1);
    RawPeer oldest = peer("127.0.0.1");
    peer("127.0.0.1");
    peer("127.0.0.1");

    assertThat(oldest.isClosed()).isTrue();
    proven.setSoTimeout(100);
    assertThat(isClosed(proven)).isFalse();
  }

  @Test
  void closesConnectionWithoutTimelyFirstFrame() throws IOException {
    open(new ProxyLimits(MAX_FRAME, 10, 10, 1 << 20, 100, SHORT, LONG));
    Socket proven = proven("127.0.0.1", 1);
    RawPeer silent = peer("127.0.0.1");
    RawPeer half = peer("127.0.0.1");
    half.send(Arrays.copyOf(hello(2), 40));

    assertThat(silent.isClosed()).isTrue();
    assertThat(half.isClosed()).isTrue();
    proven.setSoTimeout(100);
    assertThat(isClosed(proven)).as("a quiet peer stays").isFalse();
  }

  @Test
  void closesBothSidesOnUnfinishedFrameAfterTimeout() throws IOException {
    open(new ProxyLimits(MAX_FRAME, 10, 10, 1 << 20, 100, LONG, SHORT));
    Socket inner = proven("127.0.0.1", 1);

    last().send(new byte[] {100});

    assertThat(last().isClosed()).isTrue();
    assertThat(isClosed(inner)).isTrue();
  }

  @Test
  void limitsTotalBytesOfPartialFrames() throws IOException {
    open(new ProxyLimits(MAX_FRAME, 10, 10, 300_000, 100, LONG, LONG));
    byte[] request = Frames.frame(1, Frames.OURS, "", OWN + "/user/orrery", "", new byte[250_000]);
    Socket first = proven("127.0.0.1", 1);
    last().send(Arrays.copyOf(request, 200_000));
    Socket second = proven("127.0.0.1", 1);

    last().send(Arrays.copyOf(request, 200_000));

    assertThat(isClosed(first)).isTrue();
    last().send(Arrays.copyOfRange(request, 200_000, request.length));
    second.getInputStream().skipNBytes(request.length);
    second.setSoTimeout(100);
    assertThat(isClosed(second)).isFalse();
  }

  @Test
  void limitsNumberOfRemoteSystems() throws IOException {
    open(new ProxyLimits(MAX_FRAME, 1000, 1000, 1 << 20, 160, LONG, LONG));
    for (int i = 1; i <= 10; i++) {
      proven("127.0.0.1", i).close();
      assertThat(last().isClosed()).isTrue();
    }

    RawPeer oneMore = peer("127.0.0.1");
    oneMore.send(hello(11));
    assertThat(oneMore.isClosed()).isTrue();
    proven("127.0.0.2", 12).close();
    proven("127.0.0.1", 5).close();
    proxy.onProven(5);
    proven("127.0.0.1", 13).close();
  }

  @Test
  void appliesBackpressureWhenArteryStopsReading() throws IOException {
    open(limits(10, 10));
    proven("127.0.0.1", 1);
    ByteBuffer request =
        ByteBuffer.wrap(
            Frames.frame(2, Frames.OURS, "", OWN + "/user/orrery", "", new byte[200_000]));
    long sent = 0;
    try (SocketChannel peer =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()))) {
      peer.write(ByteBuffer.wrap(hello(2)));
      peer.configureBlocking(false);
      long stuckSince = System.nanoTime();
      while (System.nanoTime() - stuckSince < Duration.ofMillis(500).toNanos()) {
        if (!request.hasRemaining()) {
          request.rewind();
        }
        int written = peer.write(request);
        sent += written;
        if (written > 0) {
          stuckSince = System.nanoTime();
        }
        assertThat(sent).as("buffers of sockets, and no more").isLessThan(100L << 20);
      }
    }
  }

  @Test
  void redirectsToReplacementAndClosesConnectionsToPredecessor() throws IOException {
    open(limits(10, 10));
    Socket before = proven("127.0.0.1", 1);
    try (ServerSocket next = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      proxy.redirect(inner(next));
      peer("127.0.0.1").send(hello(2));
      next.setSoTimeout(10_000);
      assertThat(next.accept().getInputStream().readNBytes(5)).isEqualTo(Frames.start((byte) 2));
    }
    assertThat(isClosed(before)).isTrue();
  }

  @Test
  void sendsPasswordOfActorSystemFirst() throws IOException {
    open(limits(10, 10));
    byte[] password = {1, 2, 3};
    proxy.redirect(new Upstream((InetSocketAddress) artery.getLocalSocketAddress(), password));

    peer("127.0.0.1").send(hello(1));

    byte[] all = Frames.concat(password, hello(1));
    assertThat(artery.accept().getInputStream().readNBytes(all.length)).isEqualTo(all);
  }

  @Test
  void closesAllConnectionsAndPortOnClose() throws IOException {
    open(limits(10, 10));
    int port = proxy.port();
    Socket inner = proven("127.0.0.1", 1);

    proxy.close();

    assertThat(isClosed(inner)).isTrue();
    assertThat(last().isClosed()).isTrue();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
        .isInstanceOf(ConnectException.class);
  }
}
