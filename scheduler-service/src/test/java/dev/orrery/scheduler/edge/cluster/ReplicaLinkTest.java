package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintMessage;
import dev.orrery.scheduler.base.hint.TestPeers;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks which messages a link sends for hints and answers. */
class ReplicaLinkTest {
  private static final ServerIdentity SERVER = new ServerIdentity(7, 3);
  private static final UUID SELF = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final Vertx vertx = Vertx.vertx();
  private final FakeClient client = new FakeClient(vertx);
  private final List<ServerIdentity> servers = new CopyOnWriteArrayList<>();
  private final BlockingQueue<HintMessage> undelivered = new LinkedBlockingQueue<>();
  private final ReplicaLink link =
      new ReplicaLink(
          OTHER,
          new ReplicaAddress("10.0.0.2", 10020),
          new ReplicaLink.Environment(
              SELF,
              client,
              vertx.getOrCreateContext(),
              new SettableTicker(),
              () -> Replicas.NOON,
              undelivered::add,
              servers::add));

  /** A call that the test answers. */
  private record Call(ClusterOperation operation, String body, Promise<String> answer) {
    HintMessage message() {
      return HintMessage.read(body).orElseThrow();
    }

    void succeed() {
      answer.complete("");
    }
  }

  private static final class FakeClient extends ClusterClient {
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    FakeClient(Vertx vertx) {
      super(vertx, new ClusterSecret("secret-of-the-test-0123456789"));
    }

    @Override
    Future<String> call(ReplicaAddress address, ClusterOperation operation, String body) {
      Call call = new Call(operation, body, Promise.promise());
      calls.add(call);
      return call.answer().future();
    }

    Call next() throws InterruptedException {
      Call call = calls.poll(10, TimeUnit.SECONDS);
      assertThat(call).as("a call of the other replica").isNotNull();
      return call;
    }
  }

  @BeforeEach
  void meet() throws InterruptedException {
    Future<Void> met = link.hello(hello(SELF));
    client.next().answer().complete(hello(OTHER).json());
    assertThat(met.succeeded()).isTrue();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void readsDatabaseServerOfPeerFromHello() {
    assertThat(servers).containsExactly(SERVER);
  }

  @Test
  void batchesHintsArrivingDuringMessageIntoNextMessage() throws InterruptedException {
    link.send(lane(1));
    Call first = client.next();
    link.send(lane(2));
    link.send(lane(3));
    assertThat(client.calls).as("messages beside the one under way").isEmpty();

    first.succeed();

    assertThat(TestPeers.lanes(first.message())).containsExactly(1);
    assertThat(TestPeers.lanes(client.next().message())).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void sendsHintsQueuedDuringFailedMessage() throws InterruptedException {
    link.send(lane(1));
    Call first = client.next();
    link.send(lane(2));

    first.answer().fail(new ClusterClient.CallFailedException(LinkState.State.UNREACHABLE));

    assertThat(TestPeers.lanes(client.next().message())).containsExactly(2);
  }

  @Test
  void sendsCancelsBeforeHints() throws InterruptedException {
    link.send(lane(1));
    Call first = client.next();
    link.send(lane(2));
    link.send(new Hint.CancelRequested(SELF, new AttemptRef(7, 1)));
    first.succeed();

    Call cancel = client.next();
    assertThat(cancel.operation()).isEqualTo(ClusterOperation.CANCEL);
    assertThat(cancel.message().hints())
        .containsExactly(new Hint.CancelRequested(SELF, new AttemptRef(7, 1)));
    cancel.succeed();

    Call rest = client.next();
    assertThat(rest.operation()).isEqualTo(ClusterOperation.HINT);
    assertThat(rest.message().hints()).containsExactly(lane(2));
  }

  @Test
  void returnsUndeliveredMessageAndMarksPeerUnreachable() throws InterruptedException {
    link.send(lane(1));
    client.next().answer().fail(new ClusterClient.CallFailedException(LinkState.State.UNREACHABLE));

    HintMessage message = undelivered.poll(10, TimeUnit.SECONDS);

    assertThat(message).isNotNull();
    assertThat(TestPeers.lanes(message)).containsExactly(1);
    assertThat(link.linkState())
        .isEqualTo(new LinkState(LinkState.State.UNREACHABLE, Replicas.NOON));
    link.send(lane(2));
    assertThat(client.calls).as("messages to a replica that is not reached").isEmpty();
  }

  private static Hint lane(int lane) {
    return new Hint.LanesReady(Set.of(lane), false);
  }

  private static ReplicaHello hello(UUID replica) {
    return new ReplicaHello(replica, "1.0", List.of("http"), 1, 1, 0, SERVER);
  }
}
