package dev.orrery.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.UserException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line option that names an app. */
public final class AppOptions {
  @Option(
      names = {"-a", "--app"},
      paramLabel = "APP",
      completionCandidates = CompletionNames.Apps.class,
      description = "Name of the app; default: ORRERY_APP, or the only app that the token may see.")
  private String app;

  @Mixin private ClientOptions options;

  public SchedulerClient client() {
    return options.client();
  }

  public String path(SchedulerClient client) {
    return SchedulerClient.appPath(name(client));
  }

  /**
   * @throws UserException listing the apps, if the app is ambiguous
   */
  public String name(SchedulerClient client) {
    String given = app != null ? app : System.getenv("ORRERY_APP");
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode one : client.get("/apps?limit=20").body().path("items")) {
      names.add(one.path("name").asText());
    }
    if (names.size() == 1) {
      return names.get(0);
    }
    throw UserException.usage(
        names.isEmpty()
            ? "There is no app yet; create one with ./orrery apply -f FILE."
            : "--app or ORRERY_APP is required, because there are several apps: "
                + String.join(", ", names));
  }
}
