package dev.orrery.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.net.URI;
import java.util.Optional;

/**
 * An address of the web console, which may contain a secret that signs the browser in once.
 *
 * @param url for a browser
 * @param expiresAt when its secret expires; null without a secret
 */
public record ConsoleLink(String url, String expiresAt) {
  private static final String SIGN_IN = "/console/sign-in";

  /**
   * Creates a one-time sign-in link. The secret follows the '#', which browsers do not send to
   * servers.
   *
   * @throws ApiException {@code FORBIDDEN} if the scheduler is on another machine
   */
  public static ConsoleLink create(SchedulerClient client) {
    JsonNode link = client.post("/session/links", null).body();
    return new ConsoleLink(
        page(client) + "#link=" + link.path("link").asText(), link.path("expiresAt").asText());
  }

  /** Like {@link #create}, for output that must not fail; empty if the scheduler has no console. */
  public static Optional<ConsoleLink> tryCreate(SchedulerClient client) {
    try {
      return Optional.of(create(client));
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /** Returns a link without a secret; the page asks for a token. */
  static ConsoleLink withoutSecret(SchedulerClient client) {
    return new ConsoleLink(page(client), null);
  }

  /** Uses the IP address, because a browser may resolve the name to an address that is not open. */
  private static String page(SchedulerClient client) {
    URI url = client.url();
    String base = url.toString().replaceFirst("/$", "");
    return ("localhost".equals(url.getHost())
            ? base.replaceFirst("//localhost", "//127.0.0.1")
            : base)
        + SIGN_IN;
  }
}
