package dev.orrery.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call is refused, is interrupted, or gets no usable response. {@link #getMessage()}
 * contains the code, the detail and, if there is one, the setting to change.
 */
public class OrreryException extends RuntimeException {
  /** The {@link #code()} if no server responds. */
  public static final String UNREACHABLE = "UNREACHABLE";

  /** The {@link #code()} of a response that is too large, or not one of Orrery. */
  public static final String UNREADABLE = "UNREADABLE";

  /** The {@link #code()} if the calling thread was interrupted. */
  public static final String INTERRUPTED = "INTERRUPTED";

  private static final long serialVersionUID = 1L;
  private static final Set<String> TRANSIENT = Set.of(UNREACHABLE, "UNAVAILABLE", "OVERLOADED");

  /** The parts of a failure that every constructor sets. */
  private final transient Failure failure;

  /** One mistake of a document; the field is empty for the document as a whole. */
  public record FieldError(Optional<String> field, String message) {}

  /**
   * @param isSent false if the server cannot have received the request
   */
  record Failure(
      int status,
      String code,
      String detail,
      Optional<String> field,
      List<FieldError> errors,
      Optional<String> settingToChange,
      Optional<Duration> retryAfter,
      boolean isSent) {
    static Failure of(String code, String detail) {
      return new Failure(
          0, code, detail, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), true);
    }

    Failure settingToChange(String setting) {
      return new Failure(
          status, code, detail, field, errors, Optional.of(setting), retryAfter, isSent);
    }

    Failure notSent() {
      return new Failure(status, code, detail, field, errors, settingToChange, retryAfter, false);
    }

    String message() {
      String where =
          field
              .filter(name -> !detail.contains(name))
              .map(name -> " (field: " + name + ")")
              .orElse("");
      String fix =
          settingToChange.map(setting -> " Setting to change: " + setting + ".").orElse("");
      return code + ": " + detail + where + fix;
    }
  }

  OrreryException(Failure failure, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  OrreryException(String message, Failure failure, @Nullable Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  static OrreryException notOrrery(String detail) {
    return new OrreryException(Failure.of(UNREADABLE, detail), null);
  }

  Failure failure() {
    return failure;
  }

  /** Returns the HTTP status; 0 without a response. */
  public int status() {
    return failure.status();
  }

  /**
   * Returns the code of the API, which never changes its meaning, such as {@code JOB_NOT_FOUND}; or
   * one of the constants of this class.
   */
  public String code() {
    return failure.code();
  }

  /** Returns what is wrong and what to do, for people. */
  public String detail() {
    return failure.detail();
  }

  /** Returns the path of the field at fault, such as {@code trigger.cron}. */
  public Optional<String> field() {
    return failure.field();
  }

  /** Returns all mistakes of a document; empty if the refusal is about something else. */
  public List<FieldError> errors() {
    return failure.errors();
  }

  /** Returns the setting that may be wrong. */
  public Optional<String> settingToChange() {
    return failure.settingToChange();
  }

  /** Returns how long to wait before the next try, as the scheduler asked for. */
  public Optional<Duration> retryAfter() {
    return failure.retryAfter();
  }

  /** Returns true if the same call may succeed later: the scheduler is away or overloaded. */
  public boolean isTransient() {
    return TRANSIENT.contains(code());
  }
}
