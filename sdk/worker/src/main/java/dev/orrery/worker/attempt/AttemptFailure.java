package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.NonRetryableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What an exception of a processor tells about its attempt. */
final class AttemptFailure {
  /** A chain of causes may be a circle. */
  private static final int MAX_CAUSES = 100;

  private static final String CAUSED_BY = "; caused by ";

  private final Throwable shown;

  private AttemptFailure(Throwable shown) {
    this.shown = shown;
  }

  /** Leaves out what only says that a reflective call, a proxy or a future has failed. */
  static AttemptFailure of(Throwable thrown) {
    Throwable shown = thrown;
    for (int i = 0; i < MAX_CAUSES && isWrapper(shown) && shown.getCause() != null; i++) {
      shown = shown.getCause();
    }
    return new AttemptFailure(shown);
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof InvocationTargetException
        || thrown instanceof UndeclaredThrowableException
        || thrown instanceof CompletionException
        || thrown instanceof ExecutionException;
  }

  /** Returns the error of the instance: the exception, and its root cause if that says more. */
  String error() {
    if (shown instanceof InterruptedException) {
      return "interrupted";
    }
    String message = message(shown);
    if (shown instanceof AttemptFailedException) {
      return message == null ? "failed, without a message" : message;
    }
    String name = shown.getClass().getName();
    String outer = message == null ? name : name + ": " + message;
    Throwable root = root();
    String inner = described(root);
    if (root == shown || outer.contains(Optional.ofNullable(message(root)).orElse(inner))) {
      return outer;
    }
    String cause = BoundedText.truncateUtf8(inner, MessageLimits.MAX_ERROR_BYTES / 2);
    int room = MessageLimits.MAX_ERROR_BYTES - bytes(cause) - bytes(CAUSED_BY);
    return BoundedText.truncateUtf8(outer, room) + CAUSED_BY + cause;
  }

  private Throwable root() {
    Throwable root = shown;
    for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root;
  }

  private static String described(Throwable thrown) {
    String name = thrown.getClass().getName();
    String simple = name.substring(name.lastIndexOf('.') + 1);
    String message = message(thrown);
    return message == null ? simple : simple + ": " + message;
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
    return shown instanceof AttemptFailedException failed ? failed.result() : null;
  }

  boolean nonRetryable() {
    return shown instanceof NonRetryableException;
  }

  /** Returns true if its message says all: it was thrown for people, and nothing has caused it. */
  boolean isOnPurpose() {
    return shown instanceof AttemptFailedException && shown.getCause() == null;
  }

  boolean isInterrupt() {
    return root() instanceof InterruptedException;
  }

  Throwable thrown() {
    return shown;
  }
}
