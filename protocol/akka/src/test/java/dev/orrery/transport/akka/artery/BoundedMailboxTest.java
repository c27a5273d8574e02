package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.transport.akka.artery.Envelope.Kind;
import java.util.UUID;
import org.apache.pekko.actor.ActorRef;
import org.junit.jupiter.api.Test;

class BoundedMailboxTest {
  private static final int BODY = 1000;

  private final BoundedMailbox.Queue queue = new BoundedMailbox.Queue(4000, 5);

  private void put() {
    Envelope request = new Envelope(Kind.REQUEST, new UUID(0, 0), 0, "/x", "t", new byte[BODY]);
    queue.enqueue(
        ActorRef.noSender(), new org.apache.pekko.dispatch.Envelope(request, ActorRef.noSender()));
  }

  private Kind take() {
    return ((Envelope) queue.dequeue().message()).kind();
  }

  @Test
  void dropsBodiesOfOverflowingMailboxMessagesAndThenEntireMessages() {
    for (int i = 0; i < 20; i++) {
      put();
    }

    assertThat(queue.numberOfMessages()).isEqualTo(5);
    assertThat(take()).isEqualTo(Kind.REQUEST);
    assertThat(take()).isEqualTo(Kind.REQUEST);
    assertThat(take()).isEqualTo(Kind.OVERFLOW);
  }

  @Test
  void freesMailboxSpaceWhenMessageIsDequeued() {
    for (int i = 0; i < 1000; i++) {
      put();
      assertThat(take()).isEqualTo(Kind.REQUEST);
    }
    assertThat(queue.hasMessages()).isFalse();
    assertThat(queue.dequeue()).isNull();
  }
}
