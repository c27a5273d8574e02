package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.transport.akka.AllowedPeers;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.remote.UniqueAddress;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineActorTest {
  private static final String SCHEDULER = "akka://orrery@10.0.0.5:10086";
  private static final UniqueAddress OWN = peer("akka://orrery-worker@127.0.0.1:1");

  private static ArterySystem artery;

  private final AtomicInteger reports = new AtomicInteger();
  private final ActorRef actor =
      QuarantineActor.start(artery, Set.of(SCHEDULER), reports::incrementAndGet);

  @BeforeAll
  static void start() {
    artery =
        ArterySystem.start(
            new ArterySystem.Setting(
                "orrery-worker",
                PeerProfile.ORRERY,
                "orrery-akka-envelope.conf",
                "127.0.0.1",
                1,
                AllowedPeers.of(Optional.empty()),
                null,
                false,
                1));
  }

  @AfterAll
  static void stop() {
    artery.close();
  }

  private static UniqueAddress peer(String address) {
    return new UniqueAddress(AddressFromURIString.parse(address), 1);
  }

  /** Returns the reports that the events caused. */
  private int reportsOf(Object... events) throws Exception {
    for (Object event : events) {
      actor.tell(event, ActorRef.noSender());
    }
    // It stops after all of them.
    var unused =
        Patterns.gracefulStop(actor, Duration.ofSeconds(20))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    return reports.get();
  }

  @Test
  void reportsSchedulerInQuarantineOnce() throws Exception {
    QuarantinedEvent event = new QuarantinedEvent(peer(SCHEDULER));

    assertThat(reportsOf(event, event)).isEqualTo(1);
  }

  @Test
  void reportsQuarantineByScheduler() throws Exception {
    assertThat(reportsOf(new ThisActorSystemQuarantinedEvent(OWN, peer(SCHEDULER)))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "akka://peer@127.0.0.9:2",
        "akka://orrery@10.0.0.5:10087",
        "akka://orrery@10.0.0.6:10086",
        "akka://orrery-worker@10.0.0.5:10086"
      })
  void ignoresQuarantinesOfOtherPeers(String other) throws Exception {
    assertThat(
            reportsOf(
                new QuarantinedEvent(peer(other)),
                new ThisActorSystemQuarantinedEvent(OWN, peer(other))))
        .isZero();
  }
}
