package dev.orrery.client;

import dev.orrery.client.OrreryException.Failure;
import dev.orrery.client.OrreryException.FieldError;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates the exceptions for refused calls and failed connections. */
final class Problems {
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** The detail of a scheduler's 404 response for an unknown path. */
  private static final String NO_SUCH_PATH = "There is nothing at this path.";

  private Problems() {}

  /**
   * @param settings name the setting to change
   */
  static OrreryException refused(
      URI server, int status, byte[] body, Optional<String> retryAfter, ClientSettings settings) {
    Optional<Fields> problem = problem(body);
    Optional<Duration> wait = retryAfter.flatMap(Problems::seconds);
    if (problem.isEmpty()) {
      return new OrreryException(otherServer(server, status, wait, settings), null);
    }
    Fields json = problem.get();
    String code = json.text("code");
    String detail = json.optionalText("detail").orElse("status " + status);
    Optional<String> setting = json.optionalText("settingToChange");
    if (code.equals("UNAUTHENTICATED") || code.equals("FORBIDDEN")) {
      setting = Optional.of(settings.tokenSetting());
    } else if (detail.equals(NO_SUCH_PATH)) {
      detail =
          server
              + " is a port without the REST API, or an older scheduler; the API is usually at port 7700.";
      setting = Optional.of(settings.serverSetting());
    }
    return new OrreryException(
        new Failure(
            status,
            code,
            detail,
            json.optionalText("field"),
            json.list(
                "errors",
                error ->
                    new FieldError(
                        error.optionalText("field"), error.optionalText("message").orElse(""))),
            setting,
            wait,
            true),
        null);
  }

  private static Optional<Fields> problem(byte[] body) {
    try {
      Map<String, Object> json = JsonMap.parse(Bodies.text(body));
      return json.get("code") instanceof String ? Optional.of(new Fields(json)) : Optional.empty();
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  /** A proxy that has no scheduler behind it, or a server that is none. */
  private static Failure otherServer(
      URI server, int status, Optional<Duration> wait, ClientSettings settings) {
    boolean away = status == 502 || status == 503 || status == 504 || status == 429;
    return new Failure(
        status,
        away ? OrreryException.UNREACHABLE : OrreryException.UNREADABLE,
        away
            ? "What answers at " + server + " has no scheduler behind it (status " + status + ")."
            : "The server at " + server + " is not an Orrery scheduler (status " + status + ").",
        Optional.empty(),
        List.of(),
        Optional.of(settings.serverSetting()),
        wait,
        true);
  }

  private static Optional<Duration> seconds(String retryAfter) {
    // The other form, a date, is not one of Orrery.
    return retryAfter.matches("\\d{1,9}")
        ? Optional.of(
            Duration.ofSeconds(Math.min(Long.parseLong(retryAfter), LONGEST_WAIT.toSeconds())))
        : Optional.empty();
  }

  static OrreryException unreachable(URI server, IOException failure, ClientSettings settings) {
    if (hasCause(failure, ConnectException.class)
        || hasCause(failure, HttpConnectTimeoutException.class)
        || hasCause(failure, UnknownHostException.class)) {
      String reason = failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")";
      return new OrreryException(
          Failure.of(OrreryException.UNREACHABLE, "Cannot connect to " + server + reason + ".")
              .settingToChange(settings.serverSetting())
              .notSent(),
          failure);
    }
    String what =
        failure instanceof HttpTimeoutException
            ? "The scheduler at " + server + " did not answer in time."
            : "The connection to " + server + " broke: " + failure.getMessage();
    return new OrreryException(Failure.of(OrreryException.UNREACHABLE, what), failure);
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return true;
      }
    }
    return false;
  }

  static OrreryException interrupted(Throwable cause) {
    return new OrreryException(
        Failure.of(OrreryException.INTERRUPTED, "The calling thread was interrupted."), cause);
  }
}
