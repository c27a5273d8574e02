package dev.orrery.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The query of a URL. */
final class Query {
  private final StringBuilder text = new StringBuilder();

  Query with(String name, Object value) {
    text.append(text.isEmpty() ? '?' : '&')
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20"));
    return this;
  }

  Query with(String name, Optional<?> value) {
    value.ifPresent(present -> with(name, present));
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
