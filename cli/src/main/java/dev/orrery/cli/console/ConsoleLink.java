package dev.orrery.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.net.URI;
import java.util.Optional;

/**
 * An address of the web console.
 *
 * @param url for a browser
 * @param expiresAt when its secret stops to work; null where it has none
 */
public record ConsoleLink(String url, String expiresAt) {
  private static final String SIGN_IN = "/console/sign-in";

  /**
   * Makes an address that signs a browser in, once. The secret is behind the '#', which browsers
   * send to no server.
   *
   * @throws ApiException {@code FORBIDDEN} if the scheduler is on another machine
   */
  public static ConsoleLink create(SchedulerClient client) {
    JsonNode link = client.post("/session/links", null).body();
    return new ConsoleLink(
        page(client) + "#link=" + link.path("link").asText(), link.path("expiresAt").asText());
  }

  /** The same for output that must not fail for it; empty where there is no console. */
  public static Optional<ConsoleLink> tryCreate(SchedulerClient client) {
    try {
      return Optional.of(create(client));
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /** An address without a secret: the page asks for a token. */
  static ConsoleLink withoutSecret(SchedulerClient client) {
    return new ConsoleLink(page(client), null);
  }

  /** By number, because a browser may take the name for an address that is not open. */
  private static String page(SchedulerClient client) {
    URI url = client.url();
    String base = url.toString().replaceFirst("/$", "");
    return ("localhost".equals(url.getHost())
            ? base.replaceFirst("//localhost", "//127.0.0.1")
            : base)
        + SIGN_IN;
  }
}
