package dev.orrery.cli.client;

import dev.orrery.cli.Main.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the scheduler is, and who asks. */
public final class ClientOptions {
  private static final Path LOCAL_TOKEN = Path.of(".orrery", "data", "admin-token");

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The scheduler's API; default: ORRERY_URL, or http://localhost:7700.")
  private String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Default: ORRERY_TOKEN, or the admin token of the local data directory. Prefer the"
              + " environment: a command line can be read by others.")
  private String token;

  public SchedulerClient client() {
    String address = first(url, System.getenv("ORRERY_URL"), "http://localhost:7700");
    return new SchedulerClient(uri(address), token());
  }

  private static URI uri(String address) {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Answered below, together with URLs without a host.
    }
    throw new UserError("'" + address + "' is not a URL such as http://localhost:7700");
  }

  private String token() {
    String given = first(token, System.getenv("ORRERY_TOKEN"), null);
    if (given != null) {
      return given;
    }
    try {
      return Files.readString(LOCAL_TOKEN).strip();
    } catch (IOException e) {
      throw new UserError(
          "No token: set ORRERY_TOKEN, or run this where a local scheduler keeps " + LOCAL_TOKEN);
    }
  }

  private static String first(String a, String b, String otherwise) {
    if (a != null && !a.isBlank()) {
      return a.strip();
    }
    return b != null && !b.isBlank() ? b.strip() : otherwise;
  }
}
