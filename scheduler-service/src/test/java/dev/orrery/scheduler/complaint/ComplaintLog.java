package dev.orrery.scheduler.complaint;

import dev.orrery.testing.BrokenRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Keeps the complaints among all that is logged, until somebody takes them. */
final class ComplaintLog extends ExtHandler {
  /** One for each start of Quarkus, which has a class loader of its own. */
  static final ComplaintLog OF_THIS_QUARKUS = new ComplaintLog();

  private static final Logger ROOT = Logger.getLogger("");

  private static final PatternFormatter MESSAGE = new PatternFormatter("%c: %s");

  private final List<String> heard = new ArrayList<>();

  /** Hears all loggers; a start of Quarkus takes away the handlers that were there before. */
  void listen() {
    if (!Arrays.asList(ROOT.getHandlers()).contains(this)) {
      ROOT.addHandler(this);
    }
  }

  @Override
  protected void doPublish(ExtLogRecord logged) {
    keepComplaints(MESSAGE.format(logged));
    for (Throwable cause = logged.getThrown(); cause != null; cause = cause.getCause()) {
      keepComplaints(logged.getLoggerName() + ": " + cause);
    }
  }

  private synchronized void keepComplaints(String said) {
    heard.addAll(BrokenRules.in(said));
  }

  /** Returns what was heard since the last call. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(heard);
    heard.clear();
    return taken;
  }
}
