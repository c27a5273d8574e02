package dev.orrery.agent.secret;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;

/**
 * The context of an attempt that uses secrets. It masks them in everything that it passes to the
 * SDK.
 */
public final class SecretContext implements AssignedAttempt {
  private final AssignedAttempt attempt;
  private final Map<String, String> secrets;
  private final SecretMask mask;

  /**
   * @param secrets values by name
   */
  public SecretContext(AssignedAttempt attempt, Map<String, String> secrets) {
    this.attempt = attempt;
    this.secrets = secrets;
    this.mask = new SecretMask(secrets.values());
  }

  /** Returns the values of the secrets that the processor names, by name. */
  public Map<String, String> secrets() {
    return secrets;
  }

  /** Returns the text with {@code ***} in place of secrets; null for null. */
  public String masked(String text) {
    return mask.apply(text);
  }

  /**
   * Returns the length of the begin of the text that can be masked alone, because no secret stands
   * across its end, or a part of a long one that is masked on either side.
   */
  public int cut(String text) {
    return mask.cut(text);
  }

  String run(SecretDirectory.Attempt work) throws Exception {
    try {
      return masked(work.with(this));
    } catch (Exception e) {
      throw masked(e);
    }
  }

  /** Returns the exception itself if neither it nor one of its causes tells a secret. */
  private Exception masked(Exception thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    boolean isClean = trace.toString().equals(masked(trace.toString()));
    if (thrown instanceof AttemptFailedException failed && !(isClean && failed.result() == null)) {
      return new AttemptFailedException(masked(failed.getMessage()), masked(failed.result()));
    }
    if (thrown instanceof NonRetryableException last && !(isClean && last.result() == null)) {
      return new NonRetryableException(masked(last.getMessage()), masked(last.result()));
    }
    return isClean ? thrown : new AttemptFailedException(masked(thrown.toString()));
  }

  @Override
  public void log(String line) {
    attempt.log(masked(line));
  }

  @Override
  public void log(String stream, String line) {
    attempt.log(stream, masked(line));
  }

  @Override
  public void progress(int percent, String message) {
    attempt.progress(percent, masked(message));
  }

  @Override
  public Assignment assignment() {
    return attempt.assignment();
  }

  @Override
  public Optional<StopCause> stopCause() {
    return attempt.stopCause();
  }

  @Override
  public void doNotRetry() {
    attempt.doNotRetry();
  }

  @Override
  public void onStop(Runnable action) {
    attempt.onStop(action);
  }
}
