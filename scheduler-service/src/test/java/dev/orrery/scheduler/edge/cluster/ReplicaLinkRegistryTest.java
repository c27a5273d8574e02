package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintMessage;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.base.hint.TestPeers;
import dev.orrery.scheduler.base.time.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links to a replica that accepts hellos but no hints, which then go through the database. */
class ReplicaLinkRegistryTest {
  private static final ServerIdentity SERVER = new ServerIdentity(7, 3);
  private static final UUID SELF = new UUID(0, 1);
  private static final Replica OTHER = Replicas.joined(2, true, true);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final ClusterSecret secret = new ClusterSecret("secret-of-the-test-0123456789");
  private final OtherReplicas peers = TestPeers.peers(Ticker.SYSTEM);
  private final List<ServerIdentity> servers = new CopyOnWriteArrayList<>();
  private final BlockingQueue<HintMessage> notified = new LinkedBlockingQueue<>();
  private final AtomicLong passed = new AtomicLong();
  private final ReplicaLinkRegistry links =
      new ReplicaLinkRegistry(
          vertx,
          secret,
          () -> Ticker.SYSTEM.nanos() + passed.get(),
          () -> Replicas.NOON,
          peers,
          TestPeers.forwarder(peers, notified::add),
          servers::add);
  private Replica other;

  @BeforeEach
  void meet() {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.bodyHandler(body -> answer(request)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    other = Replicas.live("127.0.0.1:" + server.actualPort());
    peers.answer(1);
    greet(other);
    await().until(() -> !TestPeers.mustNotify(peers));
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Only what is said through the database from now on, this message included, reaches it. */
  @Test
  void sendsHintsThroughDatabaseWhenPeerIsUnreachable() throws InterruptedException {
    links.forward(new Hint.LanesReady(Set.of(7), false));

    await().until(() -> !links.linkStates().get(OTHER.id()).isReached());
    awaitEventLoop();
    assertThat(TestPeers.mustNotify(peers)).as("hints go through the database").isTrue();
    HintMessage message = notified.poll(10, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    assertThat(TestPeers.lanes(message)).containsExactly(7);
  }

  /** A replica of the release before does not send it. */
  @Test
  void readsDatabaseServerFromHelloOfPeer() {
    assertThat(servers).containsExactly(SERVER);

    links.received(new ReplicaHello(OTHER.id(), "0.9", List.of("http"), 1, 1, 0, null));
    links.received(hello(OTHER.id()));

    assertThat(servers).containsExactly(SERVER, SERVER);
  }

  @Test
  void treatsDeadReplicaAsUnreachable() {
    assertThat(links.knows(OTHER.id())).isTrue();

    greet(Replicas.joined(2, true, false));

    assertThat(links.knows(OTHER.id())).isFalse();
    assertThat(TestPeers.mustNotify(peers)).isTrue();
  }

  /** It may work on an old primary, where the row of this replica has aged too. */
  @Test
  void greetsDeadReplicaUntilForgotten() {
    greet(Replicas.joined(2, true, false));
    await().until(() -> servers.size() == 2);

    links.greetAgain(hello(SELF));
    await().until(() -> servers.size() == 3);

    passed.addAndGet(ClusterConfig.FORGOTTEN_AFTER.plusSeconds(10).toNanos());
    greet(Replicas.joined(2, true, false));
    greet(other);
    await().until(() -> links.linkStates().get(OTHER.id()).isReached());
    assertThat(servers).hasSize(4);
  }

  private void greet(Replica one) {
    links.greet(List.of(one), hello(SELF));
  }

  /** All work of the only event loop that has begun by now is done. */
  private void awaitEventLoop() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    vertx.runOnContext(now -> done.complete(null));
    done.join();
  }

  private void answer(HttpServerRequest request) {
    if (!request.path().equals(ClusterOperation.HELLO.path())) {
      request.response().setStatusCode(503).end("away");
      return;
    }
    Buffer body = Buffer.buffer(hello(OTHER.id()).json());
    String nonce = request.getHeader(ClusterSecret.NONCE);
    request
        .response()
        .putHeader(
            ClusterSecret.SIGNATURE,
            secret.ofResponse(ClusterOperation.HELLO, nonce, body.getBytes()))
        .end(body);
  }

  private static ReplicaHello hello(UUID replica) {
    return new ReplicaHello(replica, "1.0", List.of("http"), 1, 1, 0, SERVER);
  }
}
