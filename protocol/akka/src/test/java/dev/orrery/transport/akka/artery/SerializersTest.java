package dev.orrery.transport.akka.artery;

import static dev.orrery.testing.artery.Frames.selection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.transport.akka.AllowedPeers;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorSelectionMessage;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.artery.ArteryMessage;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists what a running system of Orrery's protocol can deserialize. */
class SerializersTest {
  private static final String ACTOR = PeerProfile.ORRERY.actor();

  private static ArterySystem artery;
  private static Serialization serialization;

  @BeforeAll
  static void start() {
    artery =
        ArterySystem.start(
            new ArterySystem.Setting(
                "orrery",
                PeerProfile.ORRERY,
                "orrery-akka-envelope.conf",
                "127.0.0.1",
                1,
                AllowedPeers.of(Optional.empty()),
                null,
                false,
                1));
    serialization = SerializationExtension.get((ExtendedActorSystem) artery.actors());
  }

  @AfterAll
  static void stop() {
    artery.close();
  }

  @Test
  void registersOnlyControlSelectionAndOwnSerializer() {
    assertThat(Serializers.of(artery))
        .containsExactlyInAnyOrder(
            "0 org.apache.pekko.serialization.NullSerializer$",
            "6 " + SelectionSerializer.class.getName(),
            "17 " + ControlSerializer.class.getName(),
            "770086 " + EnvelopeSerializer.class.getName());
    assertThat(Serializers.boundTo(artery))
        .containsExactlyInAnyOrder(
            ActorSelectionMessage.class, ArteryMessage.class, Envelope.class);
  }

  private static List<String> manifests() {
    List<String> all = new ArrayList<>(List.of("CF", "E", "java.lang.Object", "dd"));
    for (char each = 'f'; each <= 'z'; each++) {
      all.add(String.valueOf(each));
    }
    return all;
  }

  /** Of the control messages, some contain a message of any serializer. */
  @ParameterizedTest
  @MethodSource("manifests")
  void refusesControlMessagesThatProxyRefuses(String manifest) {
    assertThatThrownBy(() -> serialization.deserialize(new byte[0], 17, manifest).get())
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The inner port has no proxy, and a deep message ends an actor system for good. */
  @Test
  void refusesNestedSelectionBeforeItRecurses() {
    byte[] nested = new byte[0];
    for (int depth = 0; depth < 3_000; depth++) {
      nested = selection(ACTOR, 6, nested);
    }
    byte[] deep = nested;
    assertThatThrownBy(() -> serialization.deserialize(deep, 6, "").get())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
