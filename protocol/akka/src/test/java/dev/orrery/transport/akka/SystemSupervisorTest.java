package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import dev.orrery.transport.akka.artery.ArterySystem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.dispatch.MessageDispatcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends the scheduler's actor system, or makes it stand still, from inside. */
@Tag("slow")
class SystemSupervisorTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Of the dispatcher, see orrery-akka.conf. */
  private static final int MAX_THREADS = 4;

  private Ends ends;
  private ArterySystem before;

  @BeforeEach
  void open() {
    ends = new Ends(null, null);
    before = ends.scheduler.artery();
    ends.awaitConnected();
  }

  @AfterEach
  void close() {
    ends.close();
  }

  private void awaitAnotherSystem(Duration time) {
    Await.until("another system", time, () -> ends.scheduler.artery() != before);
    Await.until("it responds", SOON, () -> ends.scheduler.isResponding());
    ends.awaitConnected();
  }

  /** Throws what it gets. */
  private static final class Failing extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              Error.class,
              error -> {
                throw error;
              })
          .build();
    }
  }

  /** Ends only when it is allowed to. */
  private static final class Staying extends AbstractActor {
    private final CountDownLatch allowed;

    Staying(CountDownLatch allowed) {
      this.allowed = allowed;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().build();
    }

    @Override
    public void postStop() throws InterruptedException {
      allowed.await();
    }
  }

  @Test
  void replacesSystemThatDoesNotCompleteItsTermination() {
    CountDownLatch allowed = new CountDownLatch(1);
    try {
      before.actors().actorOf(Props.create(Staying.class, () -> new Staying(allowed)));
      ActorRef failing = before.actors().actorOf(Props.create(Failing.class, Failing::new));
      failing.tell(new StackOverflowError("a test"), ActorRef.noSender());

      awaitAnotherSystem(SOON);
      assertThat(before.actors().getWhenTerminated().toCompletableFuture()).isNotDone();
      assertThat(ends.scheduler.replacements()).isEqualTo(1);
    } finally {
      allowed.countDown();
    }
  }

  @Test
  void replacesSystemsThatEndOneAfterAnother() {
    for (int i = 1; i <= 4; i++) {
      before = ends.scheduler.artery();
      before.actors().terminate();
      awaitAnotherSystem(SOON);
      assertThat(ends.scheduler.replacements()).isEqualTo(i);
    }
  }

  @Test
  void replacesWorkersSystemAfterFatalErrorInDispatcher() {
    ArterySystem ofWorker = ends.worker.artery();
    dispatcher(ofWorker)
        .execute(
            () -> {
              throw new StackOverflowError("a test");
            });

    Await.until("another system", SOON, () -> ends.worker.artery() != ofWorker);
    ends.awaitConnected();
  }

  @Test
  void replacesSystemWhoseLanesStandStill() {
    CountDownLatch over = new CountDownLatch(1);
    try {
      for (int i = 0; i < MAX_THREADS; i++) {
        dispatcher(before).execute(() -> await(over));
      }
      Await.until("it is silent", Duration.ofSeconds(15), () -> !ends.scheduler.isResponding());
      assertThat(ends.scheduler.artery()).isSameAs(before);

      awaitAnotherSystem(Duration.ofSeconds(40));
      assertThat(ends.scheduler.replacements()).isEqualTo(1);
    } finally {
      over.countDown();
    }
  }

  /** Returns what runs the lanes. */
  private static MessageDispatcher dispatcher(ArterySystem artery) {
    return artery.actors().dispatchers().lookup("pekko.remote.default-remote-dispatcher");
  }

  private static void await(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The messages of this process pass without a certificate. */
  @Test
  void keepsSystemThatRespondsBehindTls(@TempDir Path directory)
      throws IOException, GeneralSecurityException {
    SSLContext tls = TestTls.of(directory, "known");
    try (Ends encrypted = new Ends(tls, tls)) {
      long opened = System.nanoTime();
      Await.until(
          "longer than a system may be silent",
          Duration.ofSeconds(30),
          () -> System.nanoTime() - opened > Duration.ofSeconds(7).toNanos());
      assertThat(encrypted.scheduler.isResponding()).isTrue();
      assertThat(encrypted.worker.isResponding()).isTrue();
      encrypted.awaitConnected();
      assertThat(encrypted.echo("after")).isEqualTo("after");
    }
  }

  @Test
  void keepsSystemThatResponds() {
    Await.until(
        "answers for a while",
        Duration.ofSeconds(30),
        () -> {
          assertThat(ends.scheduler.isResponding()).isTrue();
          assertThat(ends.worker.isResponding()).isTrue();
          return before.probes().silence().compareTo(Duration.ofSeconds(1)) > 0;
        });
    assertThat(ends.scheduler.replacements()).isZero();
  }
}
