package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.HostilePeer;
import dev.orrery.it.harness.HostilePeer.Raw;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sends every attack on an akka port that needs no token, to processes with little memory. After
 * each attack the same scheduler must run a job on the same worker.
 */
@Tag("thorough")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@AtNight
class AkkaHostileIT {
  private static final Duration SECONDS = Duration.ofSeconds(40);
  private static final Duration LEASE_AND_MORE = Duration.ofSeconds(90);
  private static final String ACTOR = "/user/orrery";

  /** The line about messages of other serializers, at most one a minute. */
  private static final String FOREIGN = "message to a selection that is none of ours";

  private static final int AKKA_PORT = Ports.free();
  private static final int WORKER_PORT = Ports.free();
  private static Stack stack;
  private static ProgramProcess scheduler;
  private static ProgramProcess agent;

  @BeforeAll
  static void start() {
    stack =
        new Stack(
            "akka-hostile",
            "-Xmx192m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorrery.protocols.active=akka",
            "-Dorrery.protocols.akka.port=" + AKKA_PORT);
    scheduler = stack.startScheduler();
    agent =
        stack.startAgentAt(
            stack.apiPort(),
            "-Xmx96m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorrery.worker.protocol=akka",
            "-Dorrery.worker.akka.port=" + WORKER_PORT);
    stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
    // On a slow machine the first handshake is repeated; the session of a lost answer expires.
    Await.until("the agent has one session", LEASE_AND_MORE, () -> sessions().size() == 1);
  }

  private static JsonNode sessions() {
    return stack.api().get("/workers").get("items");
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @AfterEach
  void bothServeAsBefore() {
    String id = stack.api().run(Stack.APP, "noop");
    stack.api().awaitState(id, "SUCCEEDED", SECONDS);
    assertThat(scheduler.isAlive()).isTrue();
    assertThat(agent.isAlive()).isTrue();
    assertThat(sessions()).hasSize(1);
    for (ProgramProcess process : List.of(scheduler, agent)) {
      assertThat(process.output())
          .doesNotContain("OutOfMemoryError")
          .doesNotContain("Inbound streams failed")
          .doesNotContain("replacing");
    }
    assertThat(stack.agentCheck("/ready", "agreement").path("status").asText()).isEqualTo("UP");
  }

  /** The attacked side. */
  private enum Target {
    SCHEDULER("orrery", AKKA_PORT),
    WORKER("orrery-worker", WORKER_PORT);

    private final String system;
    private final int port;

    Target(String system, int port) {
      this.system = system;
      this.port = port;
    }

    private String address() {
      return "akka://" + system + "@127.0.0.1:" + port;
    }

    private HostilePeer peer() {
      return new HostilePeer(address());
    }

    private ProgramProcess process() {
      return this == SCHEDULER ? scheduler : agent;
    }

    /**
     * Waits for the reaction to the latest message. Earlier messages of the same peer have arrived
     * by then.
     */
    private void awaitSaid(String text) {
      Await.until("it says " + text, SECONDS, () -> process().output().contains(text));
    }

    /**
     * Sends a foreign message until one is told: a line of refused frames is at most one a minute.
     */
    private void sendForeign(HostilePeer peer, Object message) {
      Await.untilOrFailure(
          "it says " + FOREIGN,
          LEASE_AND_MORE,
          Duration.ofSeconds(1),
          () -> {
            peer.send(ACTOR, message);
            return process().output().contains(FOREIGN);
          });
    }

    private long count(String text) {
      return process().output().lines().filter(line -> line.contains(text)).count();
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesUndecodablePayloads(Target target) {
    long seed = System.nanoTime();
    System.out.println("akka: seed of random payloads " + seed);
    Random random = new Random(seed);
    try (HostilePeer peer = target.peer()) {
      // What decodes to nothing stopped the streams of all peers, in an unguarded serializer.
      for (int i = 0; i < 50; i++) {
        peer.send(ACTOR, new Raw(new byte[1]));
        peer.send(ACTOR, new Raw(new byte[0]));
      }
      for (int i = 0; i < 2000; i++) {
        byte[] bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        peer.send(ACTOR, new Raw(bytes));
      }
      target.sendForeign(peer, ByteString.fromString("the last"));
    }
    if (target == Target.SCHEDULER) {
      target.awaitSaid("Failed to deserialize message");
      assertThat(target.count("Failed to deserialize message")).isLessThanOrEqualTo(2);
    } else {
      // Workers are sent answers only, so no selection passes their guard.
      assertThat(target.count("Failed to deserialize message")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesMessagesClaimingHugeSizes(Target target) {
    try (HostilePeer peer = target.peer()) {
      for (int i = 0; i < 500; i++) {
        peer.send(ACTOR, new Raw(request(Integer.MAX_VALUE, 0)));
      }
      target.sendForeign(peer, 1);
    }
  }

  /** Returns an envelope with a body. */
  private static byte[] request(int claimed, int sent) {
    return ByteBuffer.allocate(34 + sent)
        .put((byte) 1)
        .put((byte) 0)
        .position(26)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(claimed)
        .array();
  }

  @ParameterizedTest
  @EnumSource
  void refusesUnknownClassesAndLogsThemOnce(Target target) {
    try (HostilePeer peer = target.peer()) {
      for (int i = 0; i < 500; i++) {
        peer.send(ACTOR, "hello " + i);
      }
      target.sendForeign(peer, "hello");
    }
    assertThat(target.count(FOREIGN)).isBetween(1L, 30L);
  }

  @Test
  void refusesOversizedMessagesAndLogsThemOnce() {
    byte[] request = request(220 * 1024, 220 * 1024);
    try (HostilePeer peer = Target.SCHEDULER.peer()) {
      for (int i = 0; i < 300; i++) {
        peer.send(ACTOR, new Raw(request));
      }
      Target.SCHEDULER.awaitSaid("akka: refused a request that is too large");
    }
    assertThat(Target.SCHEDULER.count("akka: refused a request that is too large")).isEqualTo(1);
  }

  /** The worker treats it as a response to an unknown request. */
  @Test
  void discardsUnsolicitedAnswers() {
    byte[] answer = request(220 * 1024, 220 * 1024);
    answer[1] = 3;
    try (HostilePeer peer = Target.WORKER.peer()) {
      for (int i = 0; i < 1000; i++) {
        peer.send(ACTOR, new Raw(answer));
      }
      Target.WORKER.sendForeign(peer, true);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ignoresActorTerminationMessages(Target target) {
    try (HostilePeer peer = target.peer()) {
      for (String path : List.of(ACTOR, "/user", "/system", "/")) {
        peer.send(path, PoisonPill.getInstance());
        peer.send(path, Kill.getInstance());
      }
      target.sendForeign(peer, 42L);
    }
  }

  /** Each of them costs streams, queues and timers, long after its connection has ended. */
  // First: refused frames have one line a minute.
  @Order(1)
  @ParameterizedTest
  @EnumSource
  void limitsNumberOfPeerActorSystems(Target target) throws IOException {
    for (int i = 1; i <= 3000; i++) {
      // One machine has but a part of what there is, so this one is not the worker's.
      try (SocketChannel socket = SocketChannel.open()) {
        socket.bind(new InetSocketAddress("127.0.0.9", 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port));
        socket.write(
            ByteBuffer.wrap(HostilePeer.handshake(i, "127.0.0.9", 1 + i, target.address())));
      }
    }
    target.awaitSaid("too many actor systems");
  }

  @Test
  void closesConnectionAfterFrameOfOneMebibyte() throws IOException {
    for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
      assertClosedAfter(port, start(2, 1024 * 1024).array());
    }
  }

  @Test
  void closesConnectionAfterFrameLengthOfTwoGibibytes() throws IOException {
    for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
      for (int i = 0; i < 20; i++) {
        try (SocketChannel socket = connect(port)) {
          socket.write(start(2, Integer.MIN_VALUE));
          ByteBuffer zeros = ByteBuffer.allocate(1024 * 1024);
          assertThat(isCutOff(socket, zeros)).isTrue();
        }
      }
    }
  }

  /** Returns true if the peer closes while this sends up to 300 MiB. */
  private static boolean isCutOff(SocketChannel socket, ByteBuffer zeros) {
    try {
      for (int i = 0; i < 300; i++) {
        zeros.clear();
        while (zeros.hasRemaining()) {
          socket.write(zeros);
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void closesConnectionsOfOtherWireProtocols() throws IOException {
    Random random = new Random(7);
    for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[500];
        random.nextBytes(bytes);
        assertClosedAfter(port, bytes);
      }
      assertClosedAfter(port, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertClosedAfter(port, start(9, 100).array());
    }
  }

  private static void assertClosedAfter(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes);
      assertThat(socket.getInputStream().read()).isNegative();
    } catch (SocketException e) {
      // Reset, since it was closed with bytes unread.
      assertThat(e).isNotInstanceOf(java.net.ConnectException.class);
    }
  }

  @Test
  void runsJobsAndClosesConnectionsHoldingPartialFrames() throws IOException {
    List<SocketChannel> held = new ArrayList<>();
    try {
      for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
        for (int i = 0; i < 300; i++) {
          SocketChannel socket = connect(port);
          held.add(socket);
          socket.write(start(2, 250_000));
          if (i % 3 > 0) {
            writeWhatGoes(socket, ByteBuffer.allocate(200_000));
          }
        }
      }
      String id = stack.api().run(Stack.APP, "noop");
      stack.api().awaitState(id, "SUCCEEDED", SECONDS);
      Await.until(
          "all of them are closed", SECONDS, () -> held.stream().allMatch(AkkaHostileIT::isClosed));
    } finally {
      closeAll(held);
    }
  }

  private static void writeWhatGoes(SocketChannel socket, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
    } catch (IOException e) {
      // It was closed to make room for others.
      assertThat(socket.isOpen()).isTrue();
    }
  }

  private static boolean isClosed(SocketChannel socket) {
    try {
      socket.configureBlocking(false);
      return socket.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void runsJobsAndClosesTenThousandSilentConnections() throws IOException {
    for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
      List<SocketChannel> open = new ArrayList<>();
      try {
        for (int i = 0; i < 10_000; i++) {
          open.add(connect(port));
        }
        String id = stack.api().run(Stack.APP, "noop");
        stack.api().awaitState(id, "SUCCEEDED", SECONDS);
        Await.until(
            "all of them are closed",
            SECONDS,
            () -> open.stream().allMatch(AkkaHostileIT::isClosed));
      } finally {
        closeAll(open);
      }
    }
  }

  private static SocketChannel connect(int port) throws IOException {
    return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static ByteBuffer start(int stream, int frameLength) {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'A', 'K', 'K', 'A', (byte) stream})
        .putInt(frameLength)
        .flip();
  }

  private static void closeAll(List<SocketChannel> sockets) throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
