package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.ExpectedStatus;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.scheduler.base.json.JsonFields;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a processor of the type {@code http}. Agents decide which addresses they connect to. */
final class HttpProcessorReader {
  static final Set<String> METHODS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");
  static final String DEFAULT_METHOD = "GET";
  static final int MAX_URL = 8 * 1024;
  static final int MAX_HEADERS = 50;
  static final int MAX_HEADER = 8 * 1024;
  static final int MAX_STATUSES = 50;
  static final String NON_RETRYABLE_STATUS = "nonRetryableStatus";
  private static final Pattern URL = Pattern.compile("(?i)https?://.*");
  static final String HEADER_NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}";
  private static final Pattern HEADER = Pattern.compile(HEADER_NAME);

  /** Headers of the connection, and headers that the agent sets. */
  private static final Pattern RESERVED_HEADER =
      Pattern.compile(
          "(?i)host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer"
              + "|expect|proxy-.*|orrery-.*");

  private HttpProcessorReader() {}

  static ProcessorSpec read(JsonFields fields) {
    String method = fields.text("method").orElse(DEFAULT_METHOD).toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw fields.invalid(
          "method", "must be one of " + String.join(", ", METHODS.stream().sorted().toList()));
    }
    String url = fields.requiredText("url").strip();
    requireUrl(fields, url);
    Map<String, String> headers = fields.textMap("headers").orElse(Map.of());
    requireHeaders(fields, headers);
    String body = fields.text("body").orElse(null);
    if (body != null && body.length() > ProcessorReader.MAX_TEXT) {
      throw ProcessorReader.tooLong(fields, "body");
    }
    List<String> expected = statuses(fields, "expectStatus").orElse(ExpectedStatus.DEFAULT);
    List<String> nonRetryable = statuses(fields, NON_RETRYABLE_STATUS).orElse(null);
    if (nonRetryable != null && !fields.isStored()) {
      refuseExpected(fields, nonRetryable, expected);
    }
    return new ProcessorSpec.Http(method, url, headers, body, expected, nonRetryable);
  }

  private static Optional<List<String>> statuses(JsonFields fields, String name) {
    Optional<List<String>> statuses = fields.textsOrNumbers(name);
    if (statuses
        .filter(
            entries ->
                entries.isEmpty()
                    || entries.size() > MAX_STATUSES
                    || !entries.stream().allMatch(ExpectedStatus::isValid))
        .isPresent()) {
      throw fields.invalid(
          name, "must be a status from 200 to 599, a class such as \"2xx\", or a list of these");
    }
    return statuses;
  }

  /** A status that counts as success never ends the retries. */
  private static void refuseExpected(
      JsonFields fields, List<String> nonRetryable, List<String> expected) {
    for (String status : nonRetryable) {
      if (expected.contains(status) || expected.contains(status.charAt(0) + "xx")) {
        throw fields.invalid(
            NON_RETRYABLE_STATUS,
            "has " + status + ", which counts as success by expectStatus; remove it from one");
      }
    }
  }

  private static void requireUrl(JsonFields fields, String url) {
    if (url.length() > MAX_URL) {
      throw fields.invalid("url", "must be at most " + MAX_URL + " characters long");
    }
    if (!URL.matcher(url).matches()) {
      throw fields.invalid("url", "must begin with http:// or https://");
    }
    try {
      URI parsed = new URI(Placeholder.PATTERN.matcher(url).replaceAll("0"));
      if (parsed.getHost() == null || parsed.getPort() > 65535) {
        throw fields.invalid(
            "url", "must name a host, and a port of at most 65535" + HostText.reason(url));
      }
      if (parsed.getRawUserInfo() != null) {
        throw fields.invalid(
            "url",
            "must not contain a user name or a password; use the header Authorization instead");
      }
    } catch (URISyntaxException e) {
      throw fields.invalid("url", "must be a URL: " + e.getReason() + " at " + e.getIndex());
    }
  }

  private static void requireHeaders(JsonFields fields, Map<String, String> headers) {
    if (headers.size() > MAX_HEADERS) {
      throw fields.invalid("headers", "must have at most " + MAX_HEADERS + " entries");
    }
    headers.forEach(
        (name, value) -> {
          String field = "headers." + name;
          if (!HEADER.matcher(name).matches()) {
            throw fields.invalid(field, "must be the name of a header");
          }
          if (RESERVED_HEADER.matcher(name).matches()) {
            throw fields.invalid(field, "is set by the agent; leave it out");
          }
          if (value.length() > MAX_HEADER || hasControl(value)) {
            throw fields.invalid(
                field,
                "must be at most " + MAX_HEADER + " characters long, without control characters");
          }
        });
  }

  /**
   * Avoids a stream: a document has up to 256 KiB of headers, and the thread that fires reads it.
   */
  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
