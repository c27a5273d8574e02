package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.text.BoundedText;
import java.lang.System.Logger.Level;
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
   * A message that Pekko also logs for each disappeared peer. Its advice to restart the other side
   * is wrong here: {@link QuarantineActor} replaces the system.
   */
  private static final String QUARANTINED = "UID is now quarantined";

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
    if (text.contains(QUARANTINED)) {
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
