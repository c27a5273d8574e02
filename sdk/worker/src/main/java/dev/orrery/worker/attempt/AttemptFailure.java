package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.NonRetryableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Derives the error and the result of a failed attempt, and whether it may be retried, from the
 * exception that its processor threw.
 */
final class AttemptFailure {
  /** A chain of causes may be a circle. */
  private static final int MAX_CAUSES = 100;

  private static final String CAUSED_BY = "; caused by ";

  private final Throwable shown;

  private AttemptFailure(Throwable shown) {
    this.shown = shown;
  }

  /**
   * Leaves out what only says that a reflective call, a proxy or a future has failed, and what says
   * nothing around an exception that was thrown for people.
   */
  static AttemptFailure of(Throwable thrown) {
    Throwable shown = thrown;
    for (Throwable next : chain(thrown)) {
      shown = next;
      if (isForPeople(next) || next.getCause() == null || !isWrapper(next)) {
        break;
      }
    }
    return new AttemptFailure(shown);
  }

  private static List<Throwable> chain(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES).toList();
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof InvocationTargetException
        || thrown instanceof UndeclaredThrowableException
        || thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || (chain(thrown).stream().anyMatch(AttemptFailure::isForPeople) && saysNothing(thrown));
  }

  /** Returns true for the message that an exception takes from its cause. */
  private static boolean saysNothing(Throwable thrown) {
    String message = message(thrown);
    return message == null || message.equals(described(thrown.getCause(), true));
  }

  private static boolean isForPeople(Throwable thrown) {
    return thrown instanceof AttemptFailedException || thrown instanceof NonRetryableException;
  }

  /** Returns the error of the instance: the exception, and its root cause if that says more. */
  String error() {
    if (shown instanceof InterruptedException) {
      return "interrupted";
    }
    String message = message(shown);
    if (isForPeople(shown)) {
      return message == null ? "failed, without a message" : message;
    }
    String outer = described(shown, true);
    Throwable root = root();
    String inner = described(root, false);
    if (root == shown || outer.contains(Optional.ofNullable(message(root)).orElse(inner))) {
      return outer;
    }
    String cause = BoundedText.truncateUtf8(inner, MessageLimits.MAX_ERROR_BYTES / 2);
    int room = MessageLimits.MAX_ERROR_BYTES - bytes(cause) - bytes(CAUSED_BY);
    return BoundedText.truncateUtf8(outer, room) + CAUSED_BY + cause;
  }

  private Throwable root() {
    List<Throwable> causes = chain(shown);
    return causes.get(causes.size() - 1);
  }

  private static String described(Throwable thrown, boolean withPackage) {
    String name = thrown.getClass().getName();
    String shownName = withPackage ? name : name.substring(name.lastIndexOf('.') + 1);
    String message = message(thrown);
    return message == null ? shownName : shownName + ": " + message;
  }

  /** A message is made by code of the application, which may fail, too. */
  private static String message(Throwable thrown) {
    try {
      return thrown.getMessage();
    } catch (RuntimeException | Error e) {
      return "its message fails with " + e.getClass().getName();
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  String result() {
    return chain(shown).stream()
        .filter(AttemptFailure::isForPeople)
        .findFirst()
        .map(AttemptFailure::resultOf)
        .orElse(null);
  }

  private static String resultOf(Throwable forPeople) {
    return forPeople instanceof AttemptFailedException failed
        ? failed.result()
        : ((NonRetryableException) forPeople).result();
  }

  boolean nonRetryable() {
    return chain(shown).stream().anyMatch(NonRetryableException.class::isInstance);
  }

  /** Returns true if its message says all: it was thrown for people, and nothing has caused it. */
  boolean isOnPurpose() {
    return isForPeople(shown) && shown.getCause() == null;
  }

  boolean isInterrupt() {
    return root() instanceof InterruptedException;
  }

  Throwable thrown() {
    return shown;
  }
}
