package dev.orrery.scheduler.http.rest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Refuses request targets that are not valid URIs, such as {@code /apps?limit=%zz}. */
public final class TargetSyntax {
  /**
   * The system property that turns off the same check of Quarkus, which responds without a problem
   * document.
   */
  public static final String CHECK_OF_QUARKUS = "vertx.disableURIValidation";

  private static final int MAX_SHOWN = 3;

  private TargetSyntax() {}

  /**
   * Returns the error of a target, with the fix; empty for a valid target.
   *
   * @param target path and query as sent
   */
  public static Optional<String> violation(String target) {
    try {
      new URI(target);
      return Optional.empty();
    } catch (URISyntaxException e) {
      int at = Math.max(0, e.getIndex());
      return Optional.of(
          "The address is not valid at '%s': %s. Send such a character percent-encoded, '%%' as '%%25'."
              .formatted(
                  target.substring(at, Math.min(target.length(), at + MAX_SHOWN)),
                  e.getReason().toLowerCase(Locale.ROOT)));
    }
  }
}
