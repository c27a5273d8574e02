package dev.orrery.transport.akka.artery;

import dev.orrery.transport.akka.proxy.RateLimitedLog;
import java.lang.System.Logger.Level;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.event.Logging;

/**
 * Pekko's log as ours. A peer decides how often, and partly with which words, Pekko complains: each
 * place of its code is heard once a minute, cut, and without control characters.
 */
public final class BridgeLogger extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger("dev.orrery.transport.akka"));
  private static final int MAX_LENGTH = 300;
  private static final int KIND_LENGTH = 24;

  /**
   * Its advice, to restart the other side, is wrong here: {@link QuarantineActor} says, and does,
   * what is to be done. It is also said of each peer that left without a word.
   */
  private static final String QUARANTINED = "UID is now quarantined";

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(
            Logging.InitializeLogger.class,
            start -> getSender().tell(Logging.loggerInitialized(), getSelf()))
        .match(Logging.Error.class, event -> say(Level.WARNING, event, event.cause()))
        .match(Logging.Warning.class, event -> say(Level.WARNING, event, null))
        .matchAny(less -> {})
        .build();
  }

  private static void say(Level level, Logging.LogEvent event, Throwable cause) {
    String said = String.valueOf(event.message());
    if (said.contains(QUARANTINED)) {
      return;
    }
    if (cause != null && !said.contains(String.valueOf(cause.getMessage()))) {
      said += " (" + cause + ")";
    }
    String kind =
        event.logClass().getSimpleName() + said.substring(0, Math.min(KIND_LENGTH, said.length()));
    String line = said.replaceAll("\\p{Cntrl}+", " ");
    LOG.say(
        level,
        kind,
        "Pekko ("
            + event.logClass().getSimpleName()
            + "): "
            + (line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line));
  }
}
