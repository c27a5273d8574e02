package dev.orrery.scheduler.http.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guards an embedded connection. The test advances its clock, and decides when its peer reads. */
class ConnectionGuardTest {
  private static final String GET = "GET / HTTP/1.1\r\n\r\n";
  private static final String BEGIN = "GET / HTTP/1.1\r\nHo";

  /** Beyond it a connection is not writable. */
  private static final int HIGH_WATER = 64 * 1024;

  private static final int APP = 7;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ResponseMemory memory = new ResponseMemory(new QuotaMetrics(meters));
  private final OpenConnections port =
      new OpenConnections(100, AppQuota.NO_TOKEN, memory, new ConnectionMetrics(meters));
  private final Server server = new Server();
  private final Connection connection = new Connection(server);

  /** Answers at once, unless the test answers itself. */
  @Sharable
  private final class Server extends ChannelInboundHandlerAdapter {
    final List<String> requests = new ArrayList<>();
    HttpResponseStatus status = HttpResponseStatus.OK;
    int length = 1;
    Consumer<ChannelHandlerContext> onRequest = context -> {};
    boolean answersLater;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        port.onRequest(context.channel());
        requests.add(request.uri());
        onRequest.accept(context);
        if (!answersLater) {
          answer(context);
        }
      }
    }

    void answer(ChannelHandlerContext context) {
      var unused =
          context.write(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(new byte[length])));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  private static final class Connection extends EmbeddedChannel {
    boolean peerReads = true;

    Connection(Server server) {
      super(new HttpRequestDecoder(), new HttpResponseEncoder(), server);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
      // The constructor of the class above writes before the field has its value.
      if (peerReads) {
        super.doWrite(buffer);
      }
    }
  }

  @BeforeEach
  void sendFirstRequest() {
    connection.freezeTime();
    send(GET);
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void closesConnectionWithSlowSecondHeader() {
    send(BEGIN);
    for (int second = 0; second < 9; second++) {
      pass(1);
      send("x");
    }
    assertThat(connection.isOpen()).isTrue();

    pass(1);

    assertThat(connection.isOpen()).isFalse();
    assertThat(closed("header")).isEqualTo(1);
  }

  @Test
  void acceptsHeaderSplitAcrossTwoReads() {
    send(BEGIN);
    pass(9);
    send("st: h\r\n\r\n");
    pass(60);

    assertThat(connection.isOpen()).isTrue();
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void keepsOpenConnectionWithoutPendingRequest() {
    pass(60);

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void exemptsSlowRequestBodyFromHeaderTimeout() {
    server.answersLater = true;
    send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    for (int second = 0; second < 3; second++) {
      pass(20);
      send("x");
    }
    pass(60);
    assertThat(connection.isOpen()).isTrue();

    answer();
    send(BEGIN);
    pass(10);

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void closesConnectionWhenBodyContinuesAfterResponse() {
    send("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
    for (int second = 0; second < 9; second++) {
      pass(1);
      send("x");
    }
    assertThat(connection.isOpen()).isTrue();

    pass(1);

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void servesPipelinedRequestsOnlyAfterPreviousResponse() {
    server.answersLater = true;
    send(get(1) + get(2));
    send(get(3));
    assertThat(server.requests).containsExactly("/", "/1");

    answer();
    assertThat(server.requests).containsExactly("/", "/1", "/2");

    answer();
    assertThat(server.requests).containsExactly("/", "/1", "/2", "/3");
  }

  @Test
  void yieldsToEventLoopBetweenPipelinedRequests() {
    server.onRequest = context -> context.executor().execute(() -> server.requests.add("turn"));
    send(get(1) + get(2));
    connection.runPendingTasks();

    assertThat(server.requests).containsExactly("/", "/1", "turn", "/2", "turn");
  }

  @Test
  void ignoresInterimResponseWhenPipeliningRequests() {
    server.answersLater = true;
    send(get(1) + get(2));
    ChannelHandlerContext context = connection.pipeline().context(server);
    var unused =
        context.writeAndFlush(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    connection.runPendingTasks();

    assertThat(server.requests).containsExactly("/", "/1");

    answer();
    assertThat(server.requests).containsExactly("/", "/1", "/2");
  }

  @Test
  void pausesPipelinedRequestsWhilePeerDoesNotRead() {
    connection.peerReads = false;
    server.length = 10_000;
    send(get(1).repeat(100));

    assertThat(pending()).isLessThan(HIGH_WATER + 2 * server.length);
    assertThat(connection.config().isAutoRead()).isFalse();

    connection.peerReads = true;
    connection.flush();
    connection.runPendingTasks();

    assertThat(server.requests).hasSize(101);
    assertThat(pending()).isZero();
    assertThat(connection.config().isAutoRead()).isTrue();
  }

  /** Vert.x starts to read again once a body has been consumed, and knows nothing of the peer. */
  @Test
  void defersReadResumedByServerUntilPeerReads() {
    connection.peerReads = false;
    server.length = 100_000;
    send(get(1));
    assertThat(connection.config().isAutoRead()).isFalse();

    connection.config().setAutoRead(true);
    send(get(2));
    assertThat(server.requests).doesNotContain("/2");

    connection.peerReads = true;
    connection.flush();
    connection.runPendingTasks();
    assertThat(server.requests).contains("/2");
  }

  @Test
  void keepsReadingDuringSingleRequestToDetectDisconnect() {
    server.answersLater = true;
    send(get(1));

    assertThat(connection.config().isAutoRead()).isTrue();
    send(get(2));
    assertThat(connection.config().isAutoRead()).isFalse();
  }

  @Test
  void closesConnectionsWhenQueuedReadsExceedMemoryShareOfApp() {
    server.answersLater = true;
    List<Connection> others = new ArrayList<>();
    while (closed("unread") == 0 && others.size() < 1000) {
      Connection other = new Connection(server);
      other.writeInbound(bytes(GET));
      ConnectionGuard.onCaller(other, APP);
      // A few bytes of a read occupy its whole buffer.
      other.writeInbound(Unpooled.buffer(256 * 1024).writeBytes(GET.getBytes(US_ASCII)));
      others.add(other);
    }

    assertThat(others.size() * 256L * 1024)
        .isBetween(15L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 16);
    send(get(1));
    send(get(2));
    assertThat(connection.isOpen()).as("a connection with another share").isTrue();
    others.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void releasesMemoryShareOfQueuedReads() {
    server.answersLater = true;
    send(get(1));
    send(get(2));
    assertThat(used()).isPositive();

    answer();
    answer();

    assertThat(used()).isZero();
  }

  @Test
  void closesConnectionWhenPeerReadsNothingFor30Seconds() {
    connection.peerReads = false;
    send(get(1));
    pass(29);
    assertThat(connection.isOpen()).isTrue();

    pass(2);

    assertThat(connection.isOpen()).isFalse();
    assertThat(closed("stalled")).isEqualTo(1);
    assertThat(meters.get("orrery.share.used.ratio").gauge().value()).isZero();
  }

  @Test
  void keepsConnectionOfSlowlyReadingPeer() {
    connection.peerReads = false;
    send(get(1));
    for (int n = 0; n < 4; n++) {
      pass(20);
      connection.peerReads = true;
      connection.flush();
      connection.peerReads = false;
      send(get(2));
    }

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void closesConnectionsWhenUnreadResponsesExceedMemoryShareOfApp() {
    connection.peerReads = false;
    server.length = 1024 * 1024;
    List<Connection> others = new ArrayList<>();
    while (closed("unread") == 0 && others.size() < 1000) {
      Connection other = new Connection(server);
      other.peerReads = true;
      other.writeInbound(bytes(GET));
      ConnectionGuard.onCaller(other, APP);
      other.peerReads = false;
      other.writeInbound(bytes(GET));
      others.add(other);
    }

    long held = others.stream().filter(EmbeddedChannel::isOpen).count() * server.length;
    assertThat(held).isBetween(15L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 16);
    send(get(1));
    assertThat(connection.isOpen()).as("a connection with another share").isTrue();
    others.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void closesConnection10SecondsAfterRefusedTokenWithoutNewRequest() {
    server.status = HttpResponseStatus.UNAUTHORIZED;
    send(GET);
    pass(9);
    send(GET);
    pass(9);
    assertThat(connection.isOpen()).isTrue();

    server.status = HttpResponseStatus.OK;
    send(GET);
    pass(60);
    assertThat(connection.isOpen()).isTrue();

    server.status = HttpResponseStatus.UNAUTHORIZED;
    send(GET);
    pass(10);
    assertThat(connection.isOpen()).isFalse();
    assertThat(closed("refused")).isEqualTo(1);
  }

  @Test
  void returnsTrustedPlaceOfClosedConnection() {
    for (int n = 0; n < 60; n++) {
      Connection other = new Connection(server);
      other.writeInbound(bytes(GET));
      ConnectionGuard.onCaller(other, APP);
      assertThat(ConnectionGuard.of(other).isTrusted()).as("connection %d", n).isTrue();
      other.finishAndReleaseAll();
    }
  }

  private void answer() {
    ChannelHandlerContext context = connection.pipeline().context(server);
    server.answer(context);
    context.flush();
    connection.runPendingTasks();
  }

  private long pending() {
    return connection.unsafe().outboundBuffer().totalPendingWriteBytes();
  }

  private double used() {
    return meters.get("orrery.share.used.ratio").tag("kind", "response_bytes").gauge().value();
  }

  private double closed(String reason) {
    return meters.get("orrery.connections.closed").tag("reason", reason).counter().count();
  }

  private static String get(int number) {
    return "GET /" + number + " HTTP/1.1\r\n\r\n";
  }

  private void send(String text) {
    connection.writeInbound(bytes(text));
  }

  private static Object bytes(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private void pass(int seconds) {
    for (int second = 0; second < seconds; second++) {
      connection.advanceTimeBy(1, TimeUnit.SECONDS);
      connection.runPendingTasks();
    }
  }
}
