package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.text.BoundedText;
import java.lang.System.Logger.Level;
import java.util.List;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.event.Logging;

/**
 * Forwards Pekko's warnings and errors to the log of this program. A peer controls how often Pekko
 * logs, and part of the text, so each call site is logged at most once a minute, truncated and
 * without control characters.
 */
public final class BridgeLogger extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger("dev.orrery.transport.akka"));
  private static final int MAX_LENGTH = 300;
  private static final int KIND_LENGTH = 24;

  /**
   * Messages that help nobody. Pekko logs the first for each disappeared peer, and its advice to
   * restart the other side is wrong: {@link QuarantineActor} replaces the system. The second is
   * about our serializers in the place of Pekko's.
   */
  private static final List<String> NOISE =
      List.of("UID is now quarantined", "is not implemented by Apache Pekko");

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(
            Logging.InitializeLogger.class,
            start -> getSender().tell(Logging.loggerInitialized(), getSelf()))
        .match(Logging.Error.class, event -> forward(Level.WARNING, event, event.cause()))
        .match(Logging.Warning.class, event -> forward(Level.WARNING, event, null))
        .matchAny(less -> {})
        .build();
  }

  private static void forward(Level level, Logging.LogEvent event, Throwable cause) {
    String text = String.valueOf(event.message());
    if (NOISE.stream().anyMatch(text::contains)) {
      return;
    }
    if (cause != null && !text.contains(String.valueOf(cause.getMessage()))) {
      text += " (" + cause + ")";
    }
    String kind = event.logClass().getSimpleName() + BoundedText.cut(text, KIND_LENGTH);
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    LOG.log(
        level,
        kind,
        "Pekko ("
            + event.logClass().getSimpleName()
            + "): "
            + BoundedText.abbreviate(line, MAX_LENGTH));
  }
}
