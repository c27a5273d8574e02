package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uses a resolver that responds when the test completes the lookup. */
@Timeout(30)
@Tag("slow")
class LookupQueueTest {
  private static final Duration LONG = Duration.ofSeconds(25);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static Vertx vertx;

  private final HeldNames names = new HeldNames();
  private LookupQueue queue;

  /** A resolver that blocks each lookup until the test answers it. */
  private static final class HeldNames implements NameResolver {
    private final List<String> asked = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();

    @Override
    public synchronized List<InetAddress> resolve(String host) throws UnknownHostException {
      asked.add(host);
      notifyAll();
      waitUntil(() -> answered.contains(host));
      if (host.startsWith("unknown")) {
        throw new UnknownHostException(host);
      }
      return List.of(InetAddress.getByName("192.0.2.1"));
    }

    synchronized void answer(String... hosts) {
      answered.addAll(List.of(hosts));
      notifyAll();
    }

    synchronized List<String> awaitAsked(int count) {
      waitUntil(() -> asked.size() >= count);
      return List.copyOf(asked);
    }

    private synchronized void waitUntil(BooleanSupplier condition) {
      try {
        while (!condition.getAsBoolean()) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void open(Duration timeout) {
    queue = new LookupQueue(vertx, names, new LookupLimits(2, timeout));
  }

  @AfterEach
  void close() {
    queue.close();
  }

  private static List<InetAddress> found(Future<List<InetAddress>> lookUp) throws Exception {
    return lookUp.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void awaitTimeout(Future<List<InetAddress>> lookUp) {
    assertThatThrownBy(() -> found(lookUp))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("could not be looked up within 400 ms");
  }

  @Test
  void limitsEachOwnerToTwoConcurrentLookups() throws Exception {
    open(LONG);
    queue.lookUp(1, "a");
    queue.lookUp(1, "b");
    Future<List<InetAddress>> third = queue.lookUp(1, "c");
    queue.lookUp(2, "d");

    assertThat(names.awaitAsked(3)).containsExactlyInAnyOrder("a", "b", "d");

    names.answer("a", "c");
    assertThat(found(third)).hasSize(1);
  }

  @Test
  void sharesConcurrentLookupOfSameNameWithinOwner() throws Exception {
    open(LONG);
    Future<List<InetAddress>> first = queue.lookUp(1, "a.test");
    Future<List<InetAddress>> second = queue.lookUp(1, "A.test");
    queue.lookUp(1, "b.test");
    assertThat(names.awaitAsked(2)).containsExactlyInAnyOrder("a.test", "b.test");

    names.answer("a.test");

    assertThat(found(first)).isSameAs(found(second));
  }

  @Test
  void repeatsLookupForLaterRequestOfSameName() throws Exception {
    open(LONG);
    names.answer("a");
    found(queue.lookUp(1, "a"));
    found(queue.lookUp(1, "a"));

    assertThat(names.awaitAsked(2)).containsExactly("a", "a");
  }

  @Test
  void freesSlotOfTimedOutLookup() throws Exception {
    open(SHORT);
    Future<List<InetAddress>> first = queue.lookUp(1, "slow1");
    Future<List<InetAddress>> second = queue.lookUp(1, "slow2");
    awaitTimeout(first);
    awaitTimeout(second);
    names.answer("fast");

    assertThat(found(queue.lookUp(1, "fast"))).hasSize(1);
  }

  @Test
  void reusesThreadOfHangingLookupOfSameName() {
    open(SHORT);
    Future<List<InetAddress>> first = queue.lookUp(1, "slow");
    awaitTimeout(first);
    for (int i = 0; i < 10; i++) {
      awaitTimeout(queue.lookUp(1, "slow"));
    }

    assertThat(names.awaitAsked(1)).containsExactly("slow");
  }

  @Test
  void limitsHangingLookupsOfOneOwnerToFourThreads() throws Exception {
    open(SHORT);
    for (int i = 0; i < 6; i++) {
      awaitTimeout(queue.lookUp(1, "slow" + i));
    }
    names.answer("other");
    found(queue.lookUp(2, "other"));

    assertThat(names.awaitAsked(5))
        .containsExactlyInAnyOrder("slow0", "slow1", "slow2", "slow3", "other");

    names.answer("slow0", "late");
    while (queue.lookUp(1, "slow0").failed()) {
      Thread.onSpinWait();
    }
    assertThat(found(queue.lookUp(1, "late"))).hasSize(1);
  }

  @Test
  void servesOtherOwnersWhileManyLookupsHang() throws Exception {
    open(SHORT);
    hang(1, 20);
    assertThat(names.awaitAsked(80)).hasSize(80);

    names.answer("fast");

    assertThat(found(queue.lookUp(21, "fast"))).hasSize(1);
  }

  @Test
  void reservesLastThreadsForOwnersWithoutThread() throws Exception {
    open(SHORT);
    hang(1, 40);
    assertThat(names.awaitAsked(120)).hasSize(120);

    names.answer("fast", "fast-of-another");

    assertThat(found(queue.lookUp(41, "fast"))).hasSize(1);
    awaitTimeout(queue.lookUp(1, "fast-of-another"));
  }

  @Test
  void looksUpSameNameOfAllOwnersOnce() throws Exception {
    open(LONG);
    Future<List<InetAddress>> first = queue.lookUp(1, "a");
    names.awaitAsked(1);
    Future<List<InetAddress>> second = queue.lookUp(2, "a");

    names.answer("a");

    assertThat(found(first)).isSameAs(found(second));
    assertThat(names.awaitAsked(1)).containsExactly("a");
  }

  /** Makes up to four lookups of each of these owners hang. */
  private void hang(int firstOwner, int lastOwner) {
    for (String pair : List.of("first", "second")) {
      List<Future<List<InetAddress>>> slow = new ArrayList<>();
      for (int owner = firstOwner; owner <= lastOwner; owner++) {
        slow.add(queue.lookUp(owner, pair + "-a-" + owner));
        slow.add(queue.lookUp(owner, pair + "-b-" + owner));
      }
      slow.forEach(LookupQueueTest::awaitTimeout);
    }
  }

  @Test
  void alternatesBetweenOwnersWhenThreadsAreScarce() throws Exception {
    open(LONG);
    IntStream.rangeClosed(1, 60)
        .forEach(
            owner -> {
              queue.lookUp(owner, "held" + owner + "a");
              queue.lookUp(owner, "held" + owner + "b");
            });
    IntStream.rangeClosed(61, 68).forEach(owner -> queue.lookUp(owner, "held" + owner));
    names.awaitAsked(128);
    queue.lookUp(1, "first");
    queue.lookUp(1, "second");
    queue.lookUp(69, "turn");

    names.answer("held1a", "held1b");

    assertThat(names.awaitAsked(130).subList(128, 130)).containsExactlyInAnyOrder("first", "turn");
  }

  @Test
  void failsWithUnknownHostForUnknownName() {
    open(LONG);
    names.answer("unknown");

    assertThatThrownBy(() -> found(queue.lookUp(1, "unknown")))
        .hasCauseInstanceOf(UnknownHostException.class);
  }

  @Test
  void refusesLookupWhenQueueIsFull() {
    open(LONG);
    IntStream.range(0, 1002).forEach(i -> queue.lookUp(1, "held" + i));

    assertThatThrownBy(() -> found(queue.lookUp(1, "more")))
        .hasMessageContaining("more than 1000 look-ups wait");
  }
}
