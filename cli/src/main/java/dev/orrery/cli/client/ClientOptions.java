package dev.orrery.cli.client;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options for the address of the scheduler and the caller's token. */
public final class ClientOptions {
  private static final Path LOCAL_TOKEN = Path.of(".orrery", "data", "admin-token");
  private static final String LOCAL_URL = "http://localhost:7700";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "URL of the scheduler's API; default: ORRERY_URL, or " + LOCAL_URL + ".")
  private String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Token; default: ORRERY_TOKEN, or the admin token of the local data directory. Prefer the"
              + " environment: other users can read a command line.")
  private String token;

  /** A setting and where it was found, for messages. */
  record Found(String value, String source) {}

  public SchedulerClient client() {
    Found address = find(url, "--url", "ORRERY_URL");
    if (address == null) {
      address = new Found(LOCAL_URL, "the default; set ORRERY_URL for another one");
    }
    return new SchedulerClient(uri(address), address.source(), token());
  }

  private static URI uri(Found address) {
    try {
      URI uri = URI.create(address.value());
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Answered below, together with URLs without a host.
    }
    throw UserException.usage(
        "'" + address.value() + "' (" + address.source() + ") is not a URL such as " + LOCAL_URL);
  }

  private Found token() {
    Found given = find(token, "--token", "ORRERY_TOKEN");
    if (given != null) {
      return given;
    }
    try {
      return new Found(Files.readString(LOCAL_TOKEN).strip(), LOCAL_TOKEN.toString());
    } catch (IOException e) {
      throw UserException.usage(
          "No token: set ORRERY_TOKEN, or run this where a local scheduler keeps " + LOCAL_TOKEN);
    }
  }

  private static Found find(String option, String optionName, String variable) {
    if (option != null && !option.isBlank()) {
      return new Found(option.strip(), optionName);
    }
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? null : new Found(value.strip(), variable);
  }
}
