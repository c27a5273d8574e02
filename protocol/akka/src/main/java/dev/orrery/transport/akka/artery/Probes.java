package dev.orrery.transport.akka.artery;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.pattern.Patterns;

/**
 * What this process sends to its own port to learn whether the actor system still serves: one
 * secret message for each lane in which Artery reads messages. The serializer of the lane
 * recognizes it, and asks the actor; the time of the actor's answer counts. Artery drops the
 * message itself, because it has come without a handshake.
 */
public final class Probes extends Setup {
  /** As in orrery-akka.conf. */
  private static final int LANES = 2;

  private static final int SECRET_BYTES = 16;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final List<byte[]> secrets = new ArrayList<>();
  private final AtomicLongArray answeredNanos = new AtomicLongArray(LANES);

  /** Even, so that this number and the next one are of different lanes. */
  private final long firstUid;

  private volatile ActorRef actor;

  Probes() {
    SecureRandom random = new SecureRandom();
    firstUid = random.nextLong() & Long.MAX_VALUE & ~1L;
    for (int lane = 0; lane < LANES; lane++) {
      byte[] secret = new byte[SECRET_BYTES];
      random.nextBytes(secret);
      secrets.add(secret);
      answeredNanos.set(lane, System.nanoTime());
    }
  }

  /**
   * A message that the port must pass.
   *
   * @param uid of the actor system from which it seems to come
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Probe(long uid, byte[] message) {}

  /** Returns the messages, one for each lane. */
  public List<Probe> all() {
    List<Probe> all = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      all.add(new Probe(firstUid + lane, secrets.get(lane)));
    }
    return all;
  }

  /** Returns the time since the last answer, of the lane that has been silent longest. */
  public Duration silence() {
    long now = System.nanoTime();
    long longest = 0;
    for (int lane = 0; lane < LANES; lane++) {
      longest = Math.max(longest, now - answeredNanos.get(lane));
    }
    return Duration.ofNanos(longest);
  }

  void askedActor(ActorRef served) {
    actor = served;
  }

  /** Returns true if the message is a probe, and asks the actor. */
  boolean take(byte[] message) {
    for (int lane = 0; lane < LANES; lane++) {
      if (ByteBuffer.wrap(secrets.get(lane)).equals(ByteBuffer.wrap(message))) {
        ask(lane);
        return true;
      }
    }
    return false;
  }

  private void ask(int lane) {
    var unused =
        Patterns.ask(actor, new Identify(lane), TIMEOUT)
            .thenAccept(answer -> answeredNanos.set(lane, System.nanoTime()));
  }

  static Probes of(ActorSystem system) {
    return system.settings().setup().get(Probes.class).get();
  }
}
