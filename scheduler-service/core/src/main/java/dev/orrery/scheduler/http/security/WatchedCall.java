package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A waiting call, from {@link CallerWatch#watch} until it is closed. */
public class WatchedCall implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WatchedCall.class);

  private final CallerWatch watch;
  private final CallerCredential credential;
  private final Consumer<ProblemException> onRefused;
  private final Runnable onTrusted;
  private volatile WatchedCredential watched;

  WatchedCall(
      CallerWatch watch,
      CallerCredential credential,
      Consumer<ProblemException> onRefused,
      Runnable onTrusted) {
    this.watch = watch;
    this.credential = credential;
    this.onRefused = onRefused;
    this.onTrusted = onTrusted;
  }

  CallerCredential credential() {
    return credential;
  }

  WatchedCredential watchedCredential() {
    return watched;
  }

  void joined(WatchedCredential found) {
    watched = found;
  }

  /**
   * Returns true if the caller was valid within the last five seconds and its token has not
   * expired. Sends no query.
   */
  public boolean isTrusted() {
    return watch.isTrusted(watched);
  }

  void refuse(ProblemException reason) {
    isolated(() -> onRefused.accept(reason));
  }

  void resume() {
    isolated(onTrusted);
  }

  /** Runs a step; its failure does not affect the other calls of the credential. */
  private static void isolated(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to end or continue a waiting call; continuing with the others");
    }
  }

  @Override
  public void close() {
    watch.remove(this);
  }
}
