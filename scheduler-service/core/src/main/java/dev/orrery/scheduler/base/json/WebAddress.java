package dev.orrery.scheduler.base.json;

import dev.orrery.protocol.text.HostText;
import java.net.URI;
import java.net.URISyntaxException;

/** Checks addresses of web pages and receivers in documents. */
public final class WebAddress {
  private WebAddress() {}

  /**
   * Requires an absolute http or https URL with a host, and without a user name.
   *
   * @param field for the message
   * @param noUser why it has no user name or password, for people
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID}
   */
  public static URI require(JsonFields fields, String field, String text, String noUser) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw fields.invalid(field, "is no URL: " + e.getReason());
    }
    if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
      throw fields.invalid(field, "must begin with https:// or http://");
    }
    if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
      throw fields.invalid(field, "must not contain a user name or password: " + noUser);
    }
    if (uri.getHost() == null) {
      throw fields.invalid(field, "names no host" + HostText.reason(text));
    }
    return uri;
  }
}
