package dev.orrery.transport.akka.artery;

import com.typesafe.config.Config;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;

/**
 * An actor mailbox that bounds the bytes and the number of waiting messages. When too many bytes
 * are waiting, a message is replaced by its {@link Weighed#overflow}: a request loses its body, and
 * is refused when its turn comes. When too many messages are waiting, further messages are dropped
 * silently.
 */
public final class BoundedMailbox
    implements MailboxType, ProducesMessageQueue<BoundedMailbox.Queue> {
  /** The bytes of a message besides its body. */
  private static final int OVERHEAD = 512;

  private static final int MAX_MESSAGES = 20_000;

  private final long maxBytes;
  private final int maxMessages;

  /** Returns the maximum waiting bytes for this heap size. */
  public static long maxBytesOfMemory(long heapBytes) {
    return Math.max(4L * 1024 * 1024, heapBytes / 16);
  }

  /** Called by Pekko. */
  public BoundedMailbox(ActorSystem.Settings settings, Config config) {
    this(config.getLong("max-bytes"), MAX_MESSAGES);
  }

  BoundedMailbox(long maxBytes, int maxMessages) {
    this.maxBytes = maxBytes;
    this.maxMessages = maxMessages;
  }

  @Override
  public MessageQueue create(scala.Option<ActorRef> owner, scala.Option<ActorSystem> system) {
    return new Queue(maxBytes, maxMessages);
  }

  static final class Queue implements MessageQueue {
    private final ConcurrentLinkedQueue<Envelope> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger messages = new AtomicInteger();
    private final long maxBytes;
    private final int maxMessages;

    Queue(long maxBytes, int maxMessages) {
      this.maxBytes = maxBytes;
      this.maxMessages = maxMessages;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope message) {
      if (messages.incrementAndGet() > maxMessages) {
        messages.decrementAndGet();
        return;
      }
      Envelope taken = message;
      if (bytes.addAndGet(weight(message)) > maxBytes
          && message.message() instanceof Weighed weighed) {
        bytes.addAndGet(-weight(message));
        Object left = weighed.overflow();
        if (left == null) {
          messages.decrementAndGet();
          return;
        }
        taken = message.copy(left, message.sender());
        bytes.addAndGet(weight(taken));
      }
      waiting.add(taken);
    }

    @Override
    public Envelope dequeue() {
      Envelope next = waiting.poll();
      if (next != null) {
        messages.decrementAndGet();
        bytes.addAndGet(-weight(next));
      }
      return next;
    }

    private static long weight(Envelope message) {
      return message.message() instanceof Weighed weighed ? OVERHEAD + weighed.bytes() : OVERHEAD;
    }

    @Override
    public int numberOfMessages() {
      return messages.get();
    }

    @Override
    public boolean hasMessages() {
      return !waiting.isEmpty();
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      waiting.clear();
    }
  }
}
